"""The command line: arguments in, one service called, a table or a document out.

Each room brings its own commands; this file puts them under one name, prints what they answer, and
turns what stopped them into one sentence and an exit code.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

import typer

from agents import commands as street
from agents import market_commands as reaction
from agents import worker_commands as working
from agents.backtest.commands import backtest
from agents.forecast_commands import forecast
from approvals.terminal import act_commands as acting
from approvals.terminal import commands as gate
from approvals.terminal import decision_commands as deciding
from approvals.terminal import evidence_commands as evidence
from approvals.terminal import market_commands as reading
from approvals.terminal import switch_commands as switching
from approvals.terminal.notice_commands import notify
from approvals.terminal.people_commands import people
from approvals.web.commands import serve
from policies import commands as linter
from policies.apr_command import apr
from policies.policy_commands import policy
from tools.book import commands as book
from tools.market import commands as market
from tools.triggers.commands import triggers

if TYPE_CHECKING:
    from campaign.answer import Answer

MISUSED = 2
PAGE_WIDTH = 120  # of what is piped or redirected; a terminal has its own
CRASHED = 70  # a fault of ours is neither a "no" (1) nor bad input (2)

app = typer.Typer(
    name="vallum",
    help="A marketing team of agents for mortgage lenders, and the gate in front of it.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

app.command()(street.init)
app.command()(street.demo)
app.add_typer(book.app, name="book")
app.add_typer(market.rates, name="rates")
app.add_typer(market.fed, name="fed")
market.rates.command("import")(reading.import_sheet)
market.rates.command("update")(reading.update)
market.fed.command("record")(reading.record)
app.command()(triggers)
app.command()(street.segments)
app.command()(street.plan)
app.command("fair-lending")(street.fair_lending)
app.add_typer(street.runs, name="runs")
app.command()(gate.queue)
app.command()(gate.show)
app.command("show-class")(gate.show_class)
app.command()(gate.diff)
app.command()(deciding.approve)
app.command()(deciding.reject)
app.command("return")(deciding.return_)
app.command()(acting.withdraw)
app.command()(acting.edit)
app.command()(acting.comment)
app.command()(acting.assign)
app.command()(acting.waive)
app.command()(acting.revoke)
app.command()(acting.rescreen)
app.command()(switching.pause)
app.command()(switching.resume)
app.command()(switching.recall)
app.command()(gate.ledger)
app.command()(notify)
app.command()(street.publish)
app.command()(street.replan)
app.command()(reaction.scenarios)
app.command()(reaction.alerts)
app.command()(forecast)
app.command()(backtest)
app.command()(linter.check)
app.command()(apr)
app.add_typer(policy, name="policy")
app.add_typer(evidence.audit, name="audit")
app.add_typer(people, name="people")
app.command()(serve)
app.command()(working.worker)
app.command()(working.schedule)


def main(arguments: list[str] | None = None) -> int:
    """Run one command and say how it ended: 0 fine, 1 the answer is no, 2 usage or bad input."""
    from typer.exceptions import TyperException

    from campaign.errors import VallumError

    command = typer.main.get_command(app)
    try:
        answer = command.main(args=arguments, prog_name="vallum", standalone_mode=False)
        return answer if isinstance(answer, int) else _show(answer)
    except VallumError as stopped:
        _say(f"vallum: {stopped}")
        return stopped.exit_code
    except typer.Exit as left:
        return left.exit_code
    except TyperException as misuse:
        _say(f"vallum: {misuse.format_message().rstrip('.')}. See `vallum --help`.")
        return MISUSED
    except (typer.Abort, KeyboardInterrupt):
        _say("vallum: stopped; run the same command again and it goes on from there.")
        return 130
    except UnicodeEncodeError as strange:
        _say(f"vallum: {strange.object!a:.60} cannot be written in {strange.encoding}. Use plain characters.")
        return MISUSED
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except Exception as fault:  # the command boundary: a fault of ours becomes one sentence
        if os.environ.get("VALLUM_TRACEBACK"):
            raise
        _say(
            f"vallum: a fault in Vallum itself stopped this command ({type(fault).__name__}: {fault}). "
            "Nothing half-done was kept; set VALLUM_TRACEBACK=1 to see where, and report it."
        )
        return CRASHED


def _show(answer: Answer | None) -> int:
    """Print an answer: its document for scripts, its view for people."""
    if answer is None:
        return 0
    if answer.lines:
        for line in answer.document:
            sys.stdout.write(_json(line) + "\n")
    elif answer.as_json:
        sys.stdout.write(_json(answer.document, indent=2) + "\n")
    else:
        _print(answer)
    sys.stdout.flush()
    return answer.exit_code


def _print(answer: Answer) -> None:
    parts = answer.view()
    if all(isinstance(part, str) for part in parts):
        sys.stdout.writelines(f"{part}\n" for part in parts)
        return
    from rich.console import Console

    terminal = sys.stdout.isatty()
    console = Console(highlight=False, width=None if terminal else PAGE_WIDTH)
    for part in parts:
        console.print(part, markup=False)


def _json(document: Any, indent: int | None = None) -> str:
    return json.dumps(document, ensure_ascii=False, indent=indent)


def _say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")


if __name__ == "__main__":
    sys.exit(main())

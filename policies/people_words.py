"""Words for people and places as fair-lending law sorts them: by faith, origin, family, age, income, ability.

Each is one alternation of folded words, without a boundary at either end and without groups that capture.
"""

from __future__ import annotations

PEOPLE = (
    r"(?:people|persons?|folks?|individuals?|(?:home ?)?buyers?|(?:home ?)?owners?|borrowers?|applicants?"
    r"|clients?|customers?|callers?|famil(?:y|ies)|couples?|pairs?|households?|residents?|renters?|tenants?"
    r"|neighbou?rs?|adults?|professionals?|crowd|types?|folk)"
)
ASSISTANCE = (
    r"(?:food stamps|the dole|snap(?: benefits)?|welfare|(?:public|government|state|housing|rental"
    r"|federal) "
    r"(?:assistance|aid)|section (?:8|eight)|(?:housing )?vouchers?|ssi|ssdi|social security"
    r"|disability(?: (?:checks?|income|benefits|pay))?|unemployment(?: (?:checks?|benefits"
    r"|insurance))?|medicaid|tanf|wic|ebt|(?:a |your )?pensions?|child support|alimony|government checks?"
    r"|(?:public|government|state|welfare) benefits|asistencia publica|cupones(?: de alimentos)?"
    r"|seccion 8|seguro social|ayuda del gobierno)"
)
AGE = (
    r"(?:(?:over|above|past|older than|beyond|near(?:ing)?|under|younger than) (?:age )?(?:[2-9]\d"
    r"|thirty|forty|fifty|sixty|seventy|eighty)|(?:in|past) (?:your|their) (?:[3-9]0s|forties|fifties"
    r"|sixties|seventies|eighties)|retired|retirees?|retirement age|pensioners?|elderly|seniors?"
    r"|senior citizens?|grandparents?|too old|jubilad[oa]s?)"
)
FAMILY = (
    r"(?:single|unmarried|divorced|widow(?:ed|er|s)?|newlyweds?|pregnant|expecting|on maternity leave"
    r"|single[- ](?:moms?|mothers?|dads?|fathers?|parents?)|(?:small |young |little |school-age "
    r")?(?:children|kids|toddlers)|a (?:new )?baby|embarazadas?|divorciad[oa]s?|solter[oa]s?)"
)
FAITH = (
    r"(?:christian|jewish|jew|muslim|islamic|catholic|mormon|hindu|sikh|buddhist|protestant|evangelical"
    r"|lds|church[- ]?go(?:er|ing)|god-fearing|bible-believing)s?"
)
RACE = (
    r"(?:white|black|caucasian|anglo|hispanic|latin[oaxe]|mexican(?:[- ]american)?|asian(?:[- ]american)?"
    r"|african[- ]american|chinese|indian|korean|vietnamese|filipino|arab|somali|native american|ethnic"
    r"|puerto rican|cuban|haitian|non-?white|minority|foreign|immigrant|refugee)s?"
)
ORIENTATION = r"(?:gay|lesbian|straight|heterosexual|same-sex|transgender|lgbtq?(?:ia)?\+?)s?"
ORIGIN = (
    r"(?:black|african[- ]american|hispanic|latin[oax]|mexican|asian|chinese|indian|korean|arab|somali"
    r"|vietnamese|native american|white|caucasian|anglo|jewish|christian|muslim|catholic|mormon|hindu"
    r"|sikh|immigrant|foreign(?:er)?|refugee|minority|gay|lesbian|transgender|lgbtq?\+?)s?"
)
DISABILITY = (
    r"(?:disabled|handicapped|blind|deaf|wheelchair(?: users?)?|disabilit(?:y|ies)|mental(?:ly)? "
    r"ill(?:ness)?|discapacitad[oa]s?|discapacidad)"
)
ACCENT = (
    r"(?:(?:foreign|heavy|thick) accents?|an accent|(?:the|your|their) accent|(?:limited|broken|poor|no"
    r"|little) english"
    r"|english (?:is|isn't|is not) (?:\w+ ){0,3}(?:first|native|second|language|good|fluent)"
    r"|(?:don't|do not|doesn't|can't|cannot) speak (?:\w+ )?english)"
)
_GENDER = (
    r"(?:men|women|ladies|gentlemen|males?|females?|husbands?|wives|mothers?|moms?|fathers?|dads?|girls"
    r"|guys)"
)
_STATUS = (
    r"(?:married (?:couples?|people|buyers|borrowers|applicants)|wedded couples?|newlyweds?|singles"
    r"|bachelors?"
    r"|(?:single|unmarried|divorced) (?:men|women|people|professional (?:men|man|women|woman)|moms?"
    r"|mothers?"
    r"|dads?|parents?)|husbands? and wives|husband and wife|matrimonios)"
)
_BELIEVERS = (
    r"(?:christians|jews|muslims|catholics|mormons|hindus|sikhs|protestants|evangelicals|believers"
    r"|church-?goers)"
)
_PEOPLES = (
    r"(?:whites|blacks|caucasians|anglos|hispanics|latin[oaxe]s|mexicans|asians|arabs|minorities|immigrants"
    r"|foreigners|refugees|african[- ]americans|native-born americans|non-natives)"
)
_ABLE = (
    r"(?:able[- ]bodied|physically fit|childless|child-free|kid-free|native-born|english[- ]speaking"
    r"|mature)"
)
_OF_GROUP = f"(?:{FAITH}|{RACE}|{ORIENTATION}|{_ABLE}|married|elderly|younger|healthy|employed)"
GROUP = (
    f"(?:{_GENDER}|{_STATUS}|{_BELIEVERS}|{_PEOPLES}|{_OF_GROUP} (?:\\w+[- ])?{PEOPLE}"
    f"|{_OF_GROUP} {_GENDER}|seniors|retirees|empty[- ]nesters|gays|lesbians|millennials|(?:the )?disabled"
    r"|handicapped|wheelchair users)"
)
AREA = (
    r"(?:neighbou?rhoods?|areas?|communit(?:y|ies)|districts?|blocks?|streets?|suburbs?|subdivisions?"
    r"|enclaves?|pockets?|towns?|(?:parts?|sides?) of town|zip codes?|corridors?|quarters?|streets"
    r"|villages?"
    r"|barrios?|vecindarios?|zonas?|colonias?)"
)
_SIDE = (
    r"(?:(?:south|north|east|west|inner|lower|upper|old|central)[- ]?(?:side|ward|end|town|city|bank"
    r"|hill|district|\w{3,12}side)"
)
PART_OF_TOWN = (
    _SIDE + r"|[a-z'.]+ (?:ward|heights|projects|barrio|flats|district|quarter"
    r"|gardens homes)|(?:those|certain|some|rough|bad|those kinds? of) (?:blocks?|streets?"
    r"|neighbou?rhoods?|areas?|parts of town|zip codes?)|(?:that|the other|the wrong|this|the \w+"
    r"|the \w+ \w+) (?:side|part"
    r"|end|section) of (?:town|the (?:tracks|river|highway|city))|(?:east|west|north"
    r"|south) of (?:the )?[a-z0-9]+"
    r"(?: (?:street|avenue|road|tracks|highway|boulevard))?|neighbou?rhoods? (?:like|such as) [a-z]+"
    r"|(?:across|beyond|past) the (?:tracks|river|highway|freeway|interstate))"
)
TURNED_PEOPLE = (
    r"(?:immigrants?|foreigners?|refugees?|seniors?|retirees?|pensioners?|the elderly|old people"
    r"|(?:single|divorced|unmarried|pregnant) (?:moms?|mothers?|dads?|parents?|women|men|people"
    r"|couples?)|(?:people|anyone|those|folks|families|buyers|borrowers|applicants|renters|callers) (?:on"
    r"|with"
    r"|who (?:get|receive|are|have|live on)|receiving|over|drawing|living on"
    r"|from)? ?(?:\w+ ){0,2}(?:assistance"
    r"|welfare|disabilit(?:y|ies)|vouchers?|section 8|food stamps|accents?|small children|children|kids"
    r"|unemployment|disabled|\d\d)|blacks|hispanics|latinos|asians|mexicans|muslims|jews|christians|gays"
    r"|minorities"
    r"|(?:black|hispanic|latino|asian|muslim|jewish|christian|gay|disabled) (?:people|buyers|borrowers"
    r"|families|couples|applicants))"
)
_DONT = (
    r"(?:don't|do not|no need to|please don't|shouldn't|should not|need not|needn't|not worth|no point in"
    r"|won't)"
)
_OTHER_LENDER = (
    r"(?:another|a different|some other|other) (?:lenders?|banks?|company|companies|place|brokers?)"
)
TURNED_AWAY = (
    r"(?:" + _DONT + r" (?:even )?(?:bother |waste (?:your|our) time )?(?:to )?(?:apply(?:ing)?"
    r"|call(?:ing)? "
    r"(?:us|here|our)|(?:fill(?:ing)? (?:out|in)|submit(?:ting)?|start(?:ing)?|with) (?:an|the|our"
    r"|this) (?:application|form))|(?:don't|do not|please don't) (?:even )?(?:bother|try|waste (?:your"
    r"|our) time)"
    r"|wast(?:e|ing|es) (?:your|their|our|his|her) time"
    r"|(?:save|spare) (?:yourself|us(?: both| all)?|both of us|everyone|your(?:self)?(?: and us)?"
    r"|the)(?: the)? (?:time|trouble|effort|breath|paperwork|application|fee|stamp|call|form|drive"
    r"|trip)|skip (?:the|this|our) (?:form|application|call)|(?:look|go|try|apply|shop|inquire"
    r"|ask) (?:elsewhere"
    r"|somewhere else|" + _OTHER_LENDER + r"|someone else|down the street)|(?:find|see|call"
    r"|seek) " + _OTHER_LENDER + r"|" + _OTHER_LENDER + r" (?:might|may|would|will|could|is|are)"
    r"|(?:hold off|wait|come back) (?:\w+ ){0,9}(?:apply(?:ing)?|an application|call(?:ing)? us|asking)"
    r"|(?:advise|recommend|warn) against|rather (?:you|they) (?:didn't|did not|not) apply|think (?:twice"
    r"|hard) before (?:\w+ ){0,2}(?:apply|send|call)\w*|(?:answer|reply) is (?:\w+ ){0,2}no|(?:will|gets?"
    r"|takes?) (?:a )?pass\b|hang up|end the call"
    r"|to voicemail|wast(?:e|es|ing) our|try (?:a|the|another) bank|underwriters nervous|most don't make it"
    r"|apply (?:after|once|when) (?:the |your |you )?(?:leave|baby|are back|divorce|\w+ is over)"
    r"|forget (?:about )?(?:it|us|a mortgage|borrowing|the loan|home ?ownership|buying)|(?:poor|bad"
    r"|high) risks?"
    r"|(?:(?:will|would) )?(?:likely|probably|almost certainly|usually|often|mostly) (?:say no|decline"
    r"|turn (?:you|them) down"
    r"|(?:be|get|are) (?:declined|denied|rejected|turned (?:down|away))|not (?:qualify|be approved)"
    r"|(?:don't|do not|won't) "
    r"(?:qualify|get approved))"
    r"|(?:rarely|seldom|hardly ever|never|won't|will not) (?:qualif(?:y|ies)|gets? (?:approved|through)"
    r"|pass(?:es)?|make (?:it|the cut))"
    r"|(?:isn't|is not|aren't|are not|not)(?: \w+)? (?:the |an? )?(?:\w+ )?(?:lender|product|place|loan"
    r"|program|option|meant|intended"
    r"|fit|match) for|(?:isn't|is not|not|probably isn't|aren't|are not) for (?:you|them)"
    r"|need not (?:apply|inquire|ask|look)"
    r"|needn't apply|not taking applications|(?:should|must|may) not apply|shouldn't apply"
    r"|(?:we|our \w+) (?:can't|cannot|won't|will not|rarely|seldom) (?:help|lend to|approve|serve"
    r"|work with)|no se molesten?|no pierdan? su tiempo|no apliquen?|busquen? otro)"
)
REFUSED = (
    r"(?:not (?:be )?(?:allowed|welcome|permitted|accepted|wanted|eligible|accommodated|considered"
    r"|admitted)|unwelcome"
    r"|discouraged|prohibited|cannot be accommodated|may not (?:apply|live|buy)|need not (?:apply|inquire"
    r"|look|ask)"
    r"|(?:may|should|can|must|will have to) (?:look|go|apply|inquire|try|shop) (?:elsewhere"
    r"|somewhere else))"
)
LIMITED = (
    r"(?:only (?:for|to|open to)|exclusively (?:for|to)|reserved (?:only )?(?:for|to)|limited to"
    r"|restricted to"
    r"|just for|strictly for|open only to|solely for|kept for|we (?:prefer|favou?r|want|seek)|seeking"
    r"|preference"
    r" (?:for|to|given to)|only)"
)
SUITED = (
    r"(?:perfect|ideal|great|best|suited|suits|suitable|right|made|meant|designed|intended|tailored|built"
    r"|wonderful"
    r"|a (?:good |great |perfect |natural )?(?:fit|match|home|haven|place))"
)

BENEFICIARIES = (
    r"(?:(?:black|african[- ]american|hispanic|latin[oaxe]|asian(?:[- ]american)?|aapi|native american"
    r"|minority"
    r"|white|christian|jewish|muslim|catholic|lgbtq?\+?|gay|immigrant|women|woman|female|male|married"
    r"|unmarried"
    r"|single|younger|native[- ]born) (?:first[- ]time )?(?:home ?buyers?|borrowers?|buyers?|famil(?:y|ies)"
    r"|couples?|people|women|men|moms?|mothers?|dads?|fathers?|parents?|households?|applicants?"
    r"|home ?owners?)"
    r"|minorit(?:y|ies)|hispanics|latin[oaxe]s?|asians|african[- ]americans|women|ladies|females|moms?"
    r"|mothers?"
    r"|christians|jews|muslims|catholics|immigrants|newlyweds?|lgbtq?\+?|husbands and wives|girls|men)"
)
BENEFIT = (
    r"(?:(?:interest |mortgage |loan |program )?rates?|pricing|prices?|grants?|discounts?|credits?"
    r"|rebates?|specials?"
    r"|bonus(?:es)?|deals?|fees? waive[dr]s?|closing costs? (?:paid|waived|covered|help)"
    r"|reduced (?:closing )?costs?"
    r"|(?:an? )?(?:quarter|half|eighth)(?:[- ]point| a point| off| of a point)|points? off|off the rate"
    r"|lower apr"
    r"|(?:lowest|reduced|lower|no|waived) fees?|no (?:\w+ )?fees?|lower payments?|down payment (?:help"
    r"|assistance|grants?))"
)
LOCALS = (
    r"(?:professionals?|executives?|retirees|doctors|lawyers|engineers|teachers|immigrants|newcomers"
    r"|artists"
    r"|singles|college graduates|young (?:families|couples|people)|empty[- ]nesters|churchgoers"
    r"|millionaires"
    r"|surgeons|judges|lawyers|tech workers|teachers|families|couples|residents|people|folks|crowd"
    r"|neighbors|homeowners|students|hipsters)"
)

-- The rate trigger as one query that somebody who knows DuckDB would write for this sheet and this day.
WITH words AS (
    SELECT contact_id, max(yes) AS yes, max(no) AS no FROM (
        SELECT contact_id,
               CASE WHEN granted AND "at" <= $moment THEN "at" END AS yes, CASE WHEN NOT granted THEN "at" END AS no
        FROM consents WHERE lower(channel) = 'email'
        UNION ALL
        SELECT contact_id, NULL, "at" FROM events
        WHERE kind = 'unsubscribe' AND (channel IS NULL OR lower(channel) = 'email'))
    GROUP BY contact_id
), people AS (SELECT contact_id FROM words WHERE yes IS NOT NULL AND (no IS NULL OR yes > no)
), doubted AS (
    SELECT DISTINCT lower(trim(email)) AS box FROM contacts JOIN words USING (contact_id)
    WHERE no IS NOT NULL AND email IS NOT NULL
), refused AS (
    SELECT box FROM contacts JOIN doubted ON lower(trim(email)) = box JOIN words USING (contact_id)
    GROUP BY box HAVING max(no) IS NOT NULL AND (max(yes) IS NULL OR max(no) >= max(yes))
), blocked AS (
    SELECT contact_id, CASE WHEN address LIKE '%@%' THEN lower(trim(address))
           ELSE nullif(right(regexp_replace(address, '[^0-9]', '', 'g'), 10), '') END AS address,
           CASE WHEN regexp_replace(lower(reason), '[^a-z]', '', 'g') = 'donotsolicit' THEN 2 ELSE 1 END AS weight
    FROM suppressions
), off_people AS (SELECT contact_id, max(weight) AS weight FROM blocked WHERE contact_id IS NOT NULL GROUP BY 1
), off_addresses AS (
    SELECT address, max(weight) AS weight FROM (
        SELECT address, weight FROM blocked WHERE address IS NOT NULL
        UNION ALL SELECT lower(trim(email)), weight FROM blocked JOIN contacts USING (contact_id) WHERE email IS NOT NULL)
    GROUP BY 1
), recent AS (
    SELECT contact_id, bool_or(kind = 'sent') AS alerted, bool_or(kind <> 'sent') AS applied FROM events
    WHERE "at" <= $moment AND (kind IN ('application', 'lock') AND "at" > $moment - INTERVAL 60 DAY
          OR kind = 'sent' AND campaign LIKE 'rate_alert%' AND "at" > $moment - INTERVAL 30 DAY)
    GROUP BY contact_id
), applicants AS (SELECT DISTINCT contact_id FROM loans WHERE status = 'applied'
), held AS (
    SELECT l.*, c.contact_id AS known, c.kind AS contact_kind, c.email, c.phone,
           coalesce(l.state, c.state) AS home, coalesce(product, 'conventional') AS held_product,
           greatest(0, (2026 - year(funded_date)) * 12 + 2 - month(funded_date) - (day(funded_date) > 26)::INT) AS age,
           1 + note_rate / 1200 AS growth
    FROM loans l LEFT JOIN contacts c USING (contact_id) WHERE l.status IN ('funded', 'elsewhere')
), owed AS (
    SELECT *, greatest(0, term_months - age) AS months_left,
           coalesce(round(current_balance, 2),
                    CASE WHEN held_product <> 'heloc' AND note_rate > 0 THEN round(original_amount
                         * (pow(growth, term_months) - pow(growth, least(age, term_months)))
                         / (pow(growth, term_months) - 1), 2) END,
                    round(original_amount, 2)) AS balance
    FROM held
), measured AS (SELECT *, round(100 * balance / nullif(property_value, 0), 4) AS ltv FROM owed
), chosen AS (
    SELECT *, home IN ('AZ', 'CA', 'CO', 'FL', 'GA', 'ID', 'IL', 'MA', 'NJ', 'NY', 'TX', 'WA') AS licensed,
           CASE WHEN licensed AND coalesce(lien, 1) = 1 THEN CASE
             WHEN held_product IN ('conventional', 'jumbo', 'arm') AND months_left <= 180 AND fico >= 700
                  AND ltv <= 80 AND balance BETWEEN 75000 AND 832750 THEN 4
             WHEN held_product = 'va' AND months_left <= 360 AND term_months + 120 >= 360 AND fico >= 620
                  AND ltv <= 100 AND balance BETWEEN 75000 AND 832750 THEN 7
             WHEN held_product = 'fha' AND months_left <= 360 AND fico >= 620 AND ltv <= 96.5
                  AND balance BETWEEN 75000 AND 541287 THEN 6
             WHEN held_product = 'usda' AND months_left <= 360 AND fico >= 640 AND ltv <= 100
                  AND balance BETWEEN 75000 AND 400000 THEN 8
             WHEN held_product IN ('conventional', 'jumbo', 'arm') AND months_left <= 360 AND fico >= 700
                  AND ltv <= 80 AND balance BETWEEN 75000 AND 832750 THEN 2
             WHEN held_product IN ('jumbo', 'arm') AND months_left <= 360 AND fico >= 720
                  AND ltv <= 80 AND balance BETWEEN 832751 AND 2500000 THEN 5
             WHEN held_product IN ('conventional', 'jumbo', 'arm') AND months_left <= 360 AND fico >= 660
                  AND ltv <= 95 AND balance BETWEEN 75000 AND 832750 THEN 3 END END AS offer_row
    FROM measured
), offers(offer_row, offer_rate, points, fees, offer_term) AS (VALUES
    (2, 6.0::DOUBLE, 0.5::DOUBLE, 1895::DOUBLE, 360), (3, 6.25, 0.5, 1895, 360), (4, 5.375, 0, 1895, 180),
    (5, 6.125, 0.5, 2495, 360), (6, 5.75, 0, 4500, 360), (7, 5.5, 0.5, 3500, 360), (8, 5.75, 0, 3900, 360)
), priced AS (
    SELECT chosen.*, offer_rate, offer_term, round((note_rate - offer_rate) * 100, 4) AS benefit_bps,
           CASE WHEN note_rate > 0 THEN round(balance * (note_rate / 1200) / (1 - pow(growth, -months_left)), 2) END AS payment,
           round(balance * (offer_rate / 1200) / (1 - pow(1 + offer_rate / 1200, -offer_term)), 2) AS offer_payment,
           greatest(0, round(fees + balance * points / 100, 2)) AS costs
    FROM chosen LEFT JOIN offers USING (offer_row)
), compared AS (
    SELECT *, round(payment - offer_payment, 2) AS saving,
           round(offer_payment * offer_term - payment * months_left, 2) AS lifetime,
           CASE WHEN saving > 0 THEN ceil(round(costs / saving, 4)) END AS even
    FROM priced
), asked AS (
    SELECT *, CASE
        WHEN NOT coalesce(note_rate > 0, false) THEN 'rate_unknown'
        WHEN months_left IS NULL THEN 'term_unknown'
        WHEN NOT coalesce(balance >= 0, false) THEN 'balance_unknown'
        WHEN months_left = 0 OR balance = 0 THEN 'paid_off'
        WHEN coalesce(lien, 1) <> 1 THEN 'not_first_lien'
        WHEN held_product = 'heloc' THEN 'credit_line'
        WHEN coalesce(prepayment_penalty, false) THEN 'prepayment_penalty'
        WHEN NOT coalesce(licensed, false) THEN 'not_licensed'
        WHEN NOT coalesce(coalesce(funded_date <= $today, true) AND (status <> 'funded' OR funded_date <= $today - 180)
             AND (held_product <> 'va' OR coalesce(first_payment_date, date_trunc('month', funded_date) + INTERVAL 2 MONTH) <= $today - 210)
             AND (held_product <> 'fha' OR funded_date <= $today - 210 AND
                  coalesce(first_payment_date, date_trunc('month', funded_date) + INTERVAL 2 MONTH) <= $today - INTERVAL 6 MONTH), false)
             THEN 'seasoning'
        WHEN offer_row IS NULL THEN 'no_offer'
        WHEN benefit_bps < 50 THEN 'rate_gap'
        WHEN saving < 25 THEN 'small_saving'
        WHEN held_product = 'va' AND even > 36 THEN 'recoupment'
        WHEN even > 60 THEN 'break_even' END AS because
    FROM compared
), keyed AS (
    SELECT *, CASE WHEN because IS NULL THEN lower(trim(email)) END AS email_key,
           CASE WHEN because IS NULL THEN right(regexp_replace(phone, '[^0-9]', '', 'g'), 10) END AS phone_key
    FROM asked
), told AS (
    SELECT keyed.*, coalesce(because, CASE
        WHEN known IS NULL THEN 'no_contact'
        WHEN contact_kind IN ('agent', 'builder', 'planner') THEN 'partner'
        WHEN email IS NULL THEN 'no_address'
        WHEN coalesce(i.weight, 0) = 2 OR coalesce(m.weight, 0) = 2 OR coalesce(p.weight, 0) = 2 THEN 'do_not_solicit'
        WHEN i.weight IS NOT NULL OR m.weight IS NOT NULL OR p.weight IS NOT NULL THEN 'suppressed'
        WHEN people.contact_id IS NULL OR refused.box IS NOT NULL THEN 'no_consent'
        WHEN coalesce(recent.applied, false) OR applicants.contact_id IS NOT NULL THEN 'recent_application'
        WHEN coalesce(recent.alerted, false) THEN 'recent_alert' ELSE 'eligible' END) AS reason
    FROM keyed
    LEFT JOIN people ON people.contact_id = keyed.contact_id
    LEFT JOIN off_people i ON i.contact_id = keyed.contact_id
    LEFT JOIN off_addresses m ON m.address = email_key
    LEFT JOIN off_addresses p ON p.address = phone_key
    LEFT JOIN refused ON refused.box = email_key
    LEFT JOIN recent ON recent.contact_id = keyed.contact_id
    LEFT JOIN applicants ON applicants.contact_id = keyed.contact_id
)
SELECT reason, count(*) AS loans, sum(benefit_bps) AS benefit, sum(balance) AS balance, sum(saving) AS saving,
       sum(even) AS even, sum(lifetime) AS lifetime, sum(ltv) AS ltv
FROM told GROUP BY reason ORDER BY reason

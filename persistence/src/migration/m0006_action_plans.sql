-- What is said of deviation cases: never changed; a later one comes after.

CREATE TABLE deviation_explanation (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    deviation_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    period TEXT NOT NULL,             -- the period that it explains
    body TEXT NOT NULL,               -- JSON
    PRIMARY KEY (municipality, deviation_id, version),
    FOREIGN KEY (municipality, deviation_id) REFERENCES deviation_case (municipality, deviation_id)
);

-- Reports on action plans, by month; the plans themselves are editions.

CREATE TABLE action_plan_report (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    document TEXT NOT NULL,
    period TEXT NOT NULL,             -- 2019-08: January through August
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    body TEXT NOT NULL,               -- JSON
    PRIMARY KEY (municipality, document, period, since)
);

-- Versions of action plans that are ended.

CREATE TABLE action_plan_closure (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    document TEXT NOT NULL,
    number SMALLINT NOT NULL,
    version BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (municipality, document, number)
);

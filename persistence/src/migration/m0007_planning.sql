-- What a committee has one of a year, as documents with versions.

CREATE TABLE frame (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    committee TEXT NOT NULL,
    year SMALLINT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (municipality, committee, year, since)
);

CREATE TABLE investment_frame (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    committee TEXT NOT NULL,
    year SMALLINT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (municipality, committee, year, since)
);

CREATE TABLE accrual_adjustment (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    committee TEXT NOT NULL,
    year SMALLINT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (municipality, committee, year, since)
);

CREATE TABLE agreed_level (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    committee TEXT NOT NULL,
    year SMALLINT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (municipality, committee, year, since)
);

CREATE TABLE volume_assumption (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    committee TEXT NOT NULL,
    year SMALLINT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (municipality, committee, year, since)
);

-- Transfers between frames: one row a version, seen from both committees.

CREATE TABLE frame_transfer (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    transfer TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    year SMALLINT NOT NULL,
    from_committee TEXT NOT NULL,
    to_committee TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (municipality, transfer, since)
);

-- Decisions that revisions of budgets rest on.

CREATE TABLE budget_decision (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    posting_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    body TEXT NOT NULL,               -- JSON
    PRIMARY KEY (municipality, posting_id, version)
);

-- Layouts of printed tables, with what is stated in their cells.

CREATE TABLE report_layout (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    layout TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (municipality, layout, since)
);

-- Investments are read by project; few entries have one.

CREATE INDEX entry_project ON entry (municipality, year, project) WHERE project <> '';

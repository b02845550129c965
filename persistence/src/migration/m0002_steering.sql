-- Steering models: the levels of a goal chain, as JSON.

CREATE TABLE steering_model (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    code TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (municipality, code, since)
);

-- Goals: the nodes of the chain. What lists filter by stands in columns, all of it in the body.

CREATE TABLE goal (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    code TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    model TEXT NOT NULL,
    level TEXT NOT NULL,
    kind TEXT NOT NULL,               -- what the level's nodes are
    committee TEXT NOT NULL,          -- empty: the municipality's own
    origin TEXT NOT NULL,
    first_year SMALLINT NOT NULL,
    last_year SMALLINT NOT NULL,
    position BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (municipality, code, since)
);
CREATE INDEX goal_model ON goal (municipality, model, position, code);

CREATE TABLE goal_placement (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    model TEXT NOT NULL,
    placement TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    goal TEXT NOT NULL,
    parent TEXT NOT NULL,             -- empty for a root
    position BIGINT NOT NULL,
    PRIMARY KEY (municipality, model, placement, since)
);
CREATE INDEX goal_placement_parent ON goal_placement (municipality, model, parent);
CREATE INDEX goal_placement_goal ON goal_placement (municipality, goal);

CREATE TABLE goal_responsible (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    body TEXT NOT NULL,               -- a committee's code, * and a group, or ? and a committee that is waited for
    goal TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (municipality, body, goal, since)
);
CREATE INDEX goal_responsible_goal ON goal_responsible (municipality, goal);

CREATE TABLE status_comment (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    goal TEXT NOT NULL,
    number BIGINT NOT NULL,
    since BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    committee TEXT NOT NULL,
    written_on TEXT NOT NULL,
    label TEXT NOT NULL,
    comment TEXT NOT NULL,
    author_role TEXT NOT NULL,
    PRIMARY KEY (municipality, goal, number)
);

-- Plans and follow-ups: what a body decides has editions.

CREATE TABLE edition (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    kind TEXT NOT NULL,               -- plan or follow-up
    document TEXT NOT NULL,
    number SMALLINT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    committee TEXT NOT NULL,
    year SMALLINT NOT NULL,
    state TEXT NOT NULL,              -- draft, handed-in, decided
    read_at BIGINT NOT NULL,          -- the version that it shows; 0 for a draft, which shows what stands
    written_at BIGINT NOT NULL,
    written_by TEXT NOT NULL,
    handed_in_at BIGINT NOT NULL,
    handed_in_by TEXT NOT NULL,
    decided_on TEXT NOT NULL,
    decision TEXT NOT NULL,           -- JSON
    decision_at BIGINT NOT NULL,
    decision_by TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (municipality, kind, document, number, since)
);
CREATE INDEX edition_committee ON edition (municipality, kind, committee, year);

CREATE TABLE assessment (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    goal TEXT NOT NULL,
    document TEXT NOT NULL,
    number SMALLINT NOT NULL,
    place BIGINT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    committee TEXT NOT NULL,
    year SMALLINT NOT NULL,
    period TEXT NOT NULL,
    status TEXT NOT NULL,
    carried BOOLEAN NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (municipality, goal, document, number, place)
);
CREATE INDEX assessment_document ON assessment (municipality, document, number);

CREATE TABLE control_plan (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    committee TEXT NOT NULL,
    year SMALLINT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (municipality, committee, year, since)
);

-- Clients: whom a municipality lets in, with their secrets, as documents with versions.

CREATE TABLE client (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    client TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    body TEXT NOT NULL,               -- JSON
    PRIMARY KEY (municipality, client, since)
);

CREATE TABLE client_secret (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    secret TEXT NOT NULL,             -- the client's key, a slash, and the secret's
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    body TEXT NOT NULL,               -- JSON, with the secret's hash
    PRIMARY KEY (municipality, secret, since)
);

-- Refresh tokens, by their hash. Those that descend from one another are a family; one that is used again after it has ended ends them all.

CREATE TABLE refresh_token (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    hash TEXT NOT NULL,
    family TEXT NOT NULL,
    client TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (municipality, hash)
);
CREATE INDEX refresh_token_family ON refresh_token (municipality, family);

-- Assertions that have been used, until they would have expired.

CREATE TABLE client_assertion (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    client TEXT NOT NULL,
    jti TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (municipality, client, jti)
);

-- A grant may be a client's, and its subject another issuer's.

ALTER TABLE access_grant ADD COLUMN issuer TEXT NOT NULL DEFAULT '';  -- empty: ours; 'external': the one that is configured
ALTER TABLE access_grant ADD COLUMN client TEXT NOT NULL DEFAULT '';  -- empty: given by command
CREATE INDEX access_grant_client ON access_grant (municipality, client);

-- A key that is retired verifies nothing more.

ALTER TABLE signing_key ADD COLUMN retired_at BIGINT;

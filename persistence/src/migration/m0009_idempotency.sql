-- What was answered to idempotency keys.

CREATE TABLE idempotency_record (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    operation TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status SMALLINT NOT NULL,
    location TEXT NOT NULL,
    etag TEXT NOT NULL,
    body TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (municipality, operation, key)
);
CREATE INDEX idempotency_record_age ON idempotency_record (municipality, recorded_at);

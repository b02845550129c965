-- Forecasts of indicators that persons enter: all of an indicator's together, one row a version. An empty list is what is left when they
-- are taken away.

CREATE TABLE indicator_forecast (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    indicator TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    body TEXT NOT NULL,               -- a JSON list
    PRIMARY KEY (municipality, indicator, since)
);

-- Another number whenever a peer or a source is another one, or a source is doing otherwise.
INSERT INTO counters (name, last) VALUES ('roster', 0);

-- How a source is read that `feeds.toml` names by its site, and the parts of a sitemap, as JSON.
ALTER TABLE sources ADD COLUMN discovery TEXT NOT NULL DEFAULT '{}';

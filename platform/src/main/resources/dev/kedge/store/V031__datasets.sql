-- An index of the datasets that lie in the data folder; it can be made anew from their manifests.
CREATE TABLE dataset_version (
  name TEXT NOT NULL,
  version BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  examples BIGINT NOT NULL,
  labelled BIGINT NOT NULL,
  parent BIGINT,
  made TEXT NOT NULL,
  created_ms BIGINT NOT NULL,
  PRIMARY KEY (name, version)
);

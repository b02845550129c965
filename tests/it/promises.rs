//! What the service promises, tried: each test prints the promise's name in `docs/promises.md` and its figures.

mod abuse;
mod amounts;
mod entry;
mod files;
mod logs;
mod queries;
mod tenants;
mod trail;
mod updates;

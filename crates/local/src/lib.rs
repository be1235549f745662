//! Cruddur for development: see the binary `cruddur-local`.

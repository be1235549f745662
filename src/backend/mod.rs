//! `backend`.

//! Renders commit messages from templates.

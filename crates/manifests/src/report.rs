//! Where the readers put what they find wrong.

use std::cell::{Cell, RefCell};

use crate::judge::Judge;
use crate::yaml::Position;
use crate::{Location, Problem, Severity, Subject};

/// The problems of one file while it is read, and what is being read.
pub(crate) struct Report<'a> {
    file: &'a str,
    judge: &'a Judge<'a>,
    document: Cell<usize>,
    object: RefCell<Option<String>>,
    /// Set while a Secret may be at hand: then no text of the file is shown.
    secret: Cell<bool>,
    errors: Cell<usize>,
    problems: RefCell<Vec<Problem>>,
}

impl<'a> Report<'a> {
    pub(crate) fn new(file: &'a str, judge: &'a Judge<'a>) -> Self {
        Self {
            file,
            judge,
            document: Cell::new(1),
            object: RefCell::new(None),
            secret: Cell::new(false),
            errors: Cell::new(0),
            problems: RefCell::new(Vec::new()),
        }
    }

    pub(crate) fn enter_document(&self, number: usize) {
        self.document.set(number);
        self.enter_object(None, false);
    }

    pub(crate) fn enter_object(&self, object: Option<String>, secret: bool) {
        self.object.replace(object);
        self.secret.set(secret);
    }

    pub(crate) fn verdict(&self, subject: Subject<'_>) -> Result<(), String> {
        (self.judge)(subject)
    }

    pub(crate) fn is_secret(&self) -> bool {
        self.secret.get()
    }

    /// How many errors there were so far: an object during whose reading the
    /// number grew is not used.
    pub(crate) fn errors(&self) -> usize {
        self.errors.get()
    }

    pub(crate) fn location(&self, at: Position) -> Location {
        Location {
            file: self.file.to_owned(),
            document: self.document.get(),
            line: at.line,
            column: at.column,
        }
    }

    pub(crate) fn add(&self, severity: Severity, at: Position, field: &str, message: String) {
        self.errors
            .set(self.errors.get() + usize::from(severity == Severity::Error));
        self.problems.borrow_mut().push(Problem {
            severity,
            file: self.file.to_owned(),
            document: self.document.get(),
            line: at.line,
            column: at.column,
            object: self.object.borrow().clone(),
            field: field.to_owned(),
            message,
        });
    }

    /// The problems in the order of the file.
    pub(crate) fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|problem| (problem.line, problem.column));
        problems
    }
}

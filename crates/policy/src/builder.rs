//! From the fields of a resource to a policy.

use crate::filter::Filter;
use crate::go_regex::Pattern;
use crate::order::{End, Order};
use crate::policy::Rules;
use crate::{Dialect, Error, ErrorKind, Policy, Range};

/// Flux's default for `exclusionList` of an image repository: signatures. The
/// builder does not set it.
pub const DEFAULT_EXCLUSION: &str = r"^.*\.sig$";

/// Builds a [`Policy`]: a call for each field of Flux's `ImagePolicy` and of
/// Fleet's `imageScans`, with the text that stands there. [`build`](PolicyBuilder::build)
/// judges it all.
///
/// ```
/// use tagwright_policy::{Dialect, PolicyBuilder};
///
/// let policy = PolicyBuilder::new(Dialect::Flux)
///     .numerical("asc")
///     .filter("^main-[a-f0-9]+-(?P<ts>[0-9]+)", "$ts")
///     .build()?;
/// let selection = policy.select(["main-e5d27a2-1619", "main-0badc0d-1621", "latest"])?;
/// assert_eq!(selection.tag(), Some("main-0badc0d-1621"));
/// assert_eq!(selection.key(), Some("1621"));
/// # Ok::<(), tagwright_policy::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct PolicyBuilder {
    dialect: Dialect,
    semver: Option<String>,
    alphabetical: Option<String>,
    numerical: Option<String>,
    filter: Option<(String, String)>,
    exclude: Vec<String>,
    strict: bool,
}

impl PolicyBuilder {
    /// Starts a policy of `dialect`.
    pub fn new(dialect: Dialect) -> Self {
        PolicyBuilder {
            dialect,
            semver: None,
            alphabetical: None,
            numerical: None,
            filter: None,
            exclude: Vec::new(),
            strict: false,
        }
    }

    /// The greatest version of a range, `policy.semver.range`.
    pub fn semver(&mut self, range: &str) -> &mut Self {
        self.semver = Some(range.to_owned());
        self
    }

    /// The last or the first tag in the order of their bytes,
    /// `policy.alphabetical.order`.
    pub fn alphabetical(&mut self, order: &str) -> &mut Self {
        self.alphabetical = Some(order.to_owned());
        self
    }

    /// The greatest or the least number, `policy.numerical.order`; Flux only.
    pub fn numerical(&mut self, order: &str) -> &mut Self {
        self.numerical = Some(order.to_owned());
        self
    }

    /// The tags that take part and what of them is ordered,
    /// `filterTags.pattern` and `filterTags.extract`, in the syntax of Go's
    /// `regexp`; Flux only. An empty `extract` orders by the whole tag.
    pub fn filter(&mut self, pattern: &str, extract: &str) -> &mut Self {
        self.filter = Some((pattern.to_owned(), extract.to_owned()));
        self
    }

    /// One more pattern of tags to leave out, in the syntax of Go's `regexp`.
    pub fn exclude(&mut self, pattern: &str) -> &mut Self {
        self.exclude.push(pattern.to_owned());
        self
    }

    /// Whether one tag that is no number refuses the whole list, as in Flux.
    /// Numerical policies only; others are not changed.
    pub fn strict(&mut self, strict: bool) -> &mut Self {
        self.strict = strict;
        self
    }

    /// Checks everything.
    ///
    /// # Errors
    ///
    /// - [`InvalidRange`](ErrorKind::InvalidRange), [`InvalidPattern`](ErrorKind::InvalidPattern),
    ///   [`PatternTooLarge`](ErrorKind::PatternTooLarge): a field does not parse;
    /// - [`InvalidOrder`](ErrorKind::InvalidOrder): Flux knows `asc`, `desc` and the empty order;
    /// - [`NoOrder`](ErrorKind::NoOrder), [`TwoOrders`](ErrorKind::TwoOrders): Flux wants one of
    ///   semver, alphabetical and numerical;
    /// - [`NotInDialect`](ErrorKind::NotInDialect): Fleet has no numerical order and no filter.
    pub fn build(&self) -> Result<Policy, Error> {
        let order = match self.dialect {
            Dialect::Flux => self.flux_order()?,
            Dialect::Fleet => self.fleet_order()?,
        };
        let filter = match &self.filter {
            Some((pattern, extract)) => Some(Filter::new(pattern, extract)?),
            None => None,
        };
        Ok(Policy::new(Rules {
            dialect: self.dialect,
            filter,
            exclude: self.exclusions()?,
            strict: self.strict && matches!(order, Order::Numerical(_)),
            order,
        }))
    }

    fn exclusions(&self) -> Result<Vec<Pattern>, Error> {
        let numbered = self.exclude.iter().zip(1..);
        numbered
            .map(|(pattern, number)| Pattern::new(&format!("exclusion pattern {number}"), pattern))
            .collect()
    }

    fn flux_order(&self) -> Result<Order, Error> {
        match (&self.semver, &self.alphabetical, &self.numerical) {
            (Some(range), None, None) => Ok(Order::Semver(Range::parse(range)?)),
            (None, Some(order), None) => Ok(Order::Alphabetical(flux_end(order)?)),
            (None, None, Some(order)) => Ok(Order::Numerical(flux_end(order)?)),
            (None, None, None) => Err(Error::new(ErrorKind::NoOrder, "the policy has no order")
                .with_hint("give one of semver, alphabetical and numerical")),
            _ => Err(
                Error::new(ErrorKind::TwoOrders, "the policy has more than one order")
                    .with_hint("keep one of semver, alphabetical and numerical"),
            ),
        }
    }

    /// Semver stands before alphabetical, and every text is some order.
    fn fleet_order(&self) -> Result<Order, Error> {
        if self.numerical.is_some() {
            return Err(not_in_fleet("numerical order"));
        }
        if self.filter.is_some() {
            return Err(not_in_fleet("filter"));
        }
        match (&self.semver, &self.alphabetical) {
            (Some(range), _) => Ok(Order::Semver(Range::parse(range)?)),
            (None, Some(order)) => Ok(Order::Alphabetical(fleet_end(order))),
            (None, None) => Ok(Order::Semver(Range::parse("*")?)),
        }
    }
}

fn flux_end(order: &str) -> Result<End, Error> {
    match order {
        "" | "asc" => Ok(End::Greatest),
        "desc" => Ok(End::Least),
        _ => Err(
            Error::new(ErrorKind::InvalidOrder, "the order is neither asc nor desc")
                .with_hint("write asc to select the last tag, desc to select the first"),
        ),
    }
}

fn fleet_end(order: &str) -> End {
    if order.is_empty() || order.eq_ignore_ascii_case("desc") {
        End::Greatest
    } else {
        End::Least
    }
}

fn not_in_fleet(what: &str) -> Error {
    Error::new(
        ErrorKind::NotInDialect,
        format!("Fleet's policies have no {what}"),
    )
    .with_hint("use semver or alphabetical, or the Flux dialect")
}

//! From the fields of a resource to a policy.

use std::time::SystemTime;

use crate::filter::Filter;
use crate::go_regex::Pattern;
use crate::order::{End, Order};
use crate::policy::Rules;
use crate::tag;
use crate::text::one_line;
use crate::{CalverFormat, Dialect, Error, ErrorKind, Field, Policy, Range};

/// Flux's default for `exclusionList` of an image repository: signatures. The
/// builder does not set it.
pub const DEFAULT_EXCLUSION: &str = r"^.*\.sig$";

/// The tags that name what belongs to another image by its digest, as cosign
/// and the fallback of OCI's referrers write them: `sha256-<hex>`, with
/// `.sig`, `.att` or `.sbom` behind or without. The builder does not set it.
pub const REFERRERS_EXCLUSION: &str = r"^sha(256-[a-f0-9]{64}|512-[a-f0-9]{128})(\.[a-z]+)?$";

/// Tags that may wait for their dates: so many requests at most go to a registry.
const DEFAULT_DATE_LIMIT: usize = 1_000;

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
    calver: Option<String>,
    newest_build: bool,
    until: Option<SystemTime>,
    date_limit: usize,
    digest: Option<String>,
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
            calver: None,
            newest_build: false,
            until: None,
            date_limit: DEFAULT_DATE_LIMIT,
            digest: None,
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

    /// The greatest calendar version of a format such as `YYYY.0M.0D`
    /// ([`CalverFormat`]). Neither Flux nor Fleet has this order; policies of
    /// both dialects take it.
    pub fn calver(&mut self, format: &str) -> &mut Self {
        self.calver = Some(format.to_owned());
        self
    }

    /// The tag that was built last, by the date that comes with a
    /// [`Candidate`](crate::Candidate) or that a
    /// [`Selector`](crate::Selector) asks for. Of both dialects, as above.
    pub fn newest_build(&mut self) -> &mut Self {
        self.newest_build = true;
        self
    }

    /// The time until which images count: what was built later is too young to
    /// be selected, in every order. A minimum age of three days is `now` less
    /// three days. An image of which no date is known is not selected either
    /// ([`NoDate`](crate::Verdict::NoDate)): nobody can tell that it is old
    /// enough.
    ///
    /// Dates come with a [`Candidate`](crate::Candidate), or a
    /// [`Selector`](crate::Selector) asks for them: for those of the best tags
    /// only, until one is old enough. The tags below it are
    /// [`Outranked`](crate::Verdict::Outranked) whatever their date.
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    /// use tagwright_policy::{Dialect, Policy};
    ///
    /// let now = UNIX_EPOCH + Duration::from_secs(1_000_000);
    /// let an_hour_ago = now - Duration::from_secs(3_600);
    /// let policy = Policy::builder(Dialect::Flux).semver("5.x").built_until(an_hour_ago).build()?;
    /// let selection = policy.select([("5.0.0", UNIX_EPOCH), ("5.1.0", now)])?;
    /// assert_eq!(selection.tag(), Some("5.0.0"));
    /// # Ok::<(), tagwright_policy::Error>(())
    /// ```
    pub fn built_until(&mut self, time: SystemTime) -> &mut Self {
        self.until = Some(time);
        self
    }

    /// How many tags may wait for their dates, 1,000 unless told. Each costs a
    /// request to a registry.
    pub fn date_limit(&mut self, tags: usize) -> &mut Self {
        self.date_limit = tags;
        self
    }

    /// One tag that is moved from image to image, such as `latest`, and
    /// followed by its digest. Of both dialects, as above.
    pub fn digest(&mut self, tag: &str) -> &mut Self {
        self.digest = Some(tag.to_owned());
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
    /// - [`InvalidOrder`](ErrorKind::InvalidOrder): Flux knows `asc`, `desc` and the empty order only.
    ///   `ASC` is refused too: the controller would take it, but no cluster lets it in;
    /// - [`NoOrder`](ErrorKind::NoOrder): none is given;
    /// - [`TwoOrders`](ErrorKind::TwoOrders): calver, newest build or digest, which are
    ///   our own, beside another. Of semver, alphabetical and numerical the first counts, as
    ///   in Flux and Fleet, and the others are not read;
    /// - [`InvalidFormat`](ErrorKind::InvalidFormat): a calver format does not parse;
    /// - [`InvalidTag`](ErrorKind::InvalidTag): no registry has a tag as digest wants it;
    /// - [`NotInDialect`](ErrorKind::NotInDialect): Fleet has no numerical order and no filter.
    pub fn build(&self) -> Result<Policy, Error> {
        let order = self.order()?;
        let filter = match &self.filter {
            Some((pattern, extract)) => Some(Filter::new(pattern, extract)?),
            None => None,
        };
        Ok(Policy::new(Rules {
            dialect: self.dialect,
            filter,
            exclude: self.exclusions()?,
            strict: self.strict && matches!(order, Order::Numerical(_)),
            until: self.until,
            date_limit: self.date_limit,
            order,
        }))
    }

    fn exclusions(&self) -> Result<Vec<Pattern>, Error> {
        let numbered = self.exclude.iter().zip(1..);
        numbered
            .map(|(pattern, number)| Pattern::new(Field::Exclusion(number), pattern))
            .collect()
    }

    fn order(&self) -> Result<Order, Error> {
        if self.dialect == Dialect::Fleet {
            self.check_fleet()?;
        }
        let (written, own) = (self.orders_written(), self.own_orders());
        match (written.len().min(1) + own.len(), self.dialect) {
            (0, Dialect::Fleet) => Ok(Order::Semver(Range::parse("*")?)),
            (0, Dialect::Flux) => Err(no_order()),
            (1, _) => self.first_order(),
            _ => Err(many_orders(&[written, own].concat())),
        }
    }

    /// Those of the resources. Both controllers take the first one that is
    /// there, and do not look at the others.
    fn orders_written(&self) -> Vec<&'static str> {
        names_given([
            ("semver", self.semver.is_some()),
            ("alphabetical", self.alphabetical.is_some()),
            ("numerical", self.numerical.is_some()),
        ])
    }

    fn own_orders(&self) -> Vec<&'static str> {
        names_given([
            ("calver", self.calver.is_some()),
            ("newest build", self.newest_build),
            ("digest", self.digest.is_some()),
        ])
    }

    fn first_order(&self) -> Result<Order, Error> {
        if let Some(range) = &self.semver {
            return Ok(Order::Semver(Range::parse(range)?));
        }
        if let Some(order) = &self.alphabetical {
            return Ok(Order::Alphabetical(
                self.end(Field::AlphabeticalOrder, order)?,
            ));
        }
        if let Some(order) = &self.numerical {
            return Ok(Order::Numerical(self.end(Field::NumericalOrder, order)?));
        }
        if let Some(format) = &self.calver {
            return Ok(Order::Calver(CalverFormat::parse(format)?));
        }
        if let Some(tag) = &self.digest {
            let field = Field::DigestTag;
            let tag = tag::checked(&field.to_string(), tag);
            return Ok(Order::Digest(tag.map_err(|error| error.in_field(field))?));
        }
        Ok(Order::NewestBuild)
    }

    fn end(&self, field: Field, order: &str) -> Result<End, Error> {
        match self.dialect {
            Dialect::Flux => flux_end(field, order),
            Dialect::Fleet => Ok(fleet_end(order)),
        }
    }

    fn check_fleet(&self) -> Result<(), Error> {
        if self.numerical.is_some() {
            return Err(not_in_fleet("numerical order", Field::NumericalOrder));
        }
        if self.filter.is_some() {
            return Err(not_in_fleet("filter", Field::FilterPattern));
        }
        Ok(())
    }
}

fn names_given(orders: [(&'static str, bool); 3]) -> Vec<&'static str> {
    let given = orders.into_iter().filter(|(_, given)| *given);
    given.map(|(name, _)| name).collect()
}

fn no_order() -> Error {
    Error::new(ErrorKind::NoOrder, "the policy has no order")
        .with_hint("give one of semver, alphabetical, numerical, calver, newest build and digest")
}

fn many_orders(given: &[&str]) -> Error {
    let message = format!("the policy has more than one order: {}", given.join(", "));
    Error::new(ErrorKind::TwoOrders, message).with_hint("keep one of them")
}

fn flux_end(field: Field, order: &str) -> Result<End, Error> {
    match order {
        "" | "asc" => Ok(End::Greatest),
        "desc" => Ok(End::Least),
        _ => Err(no_end(field, order)),
    }
}

fn no_end(field: Field, order: &str) -> Error {
    let message = format!("invalid {field}: found \"{}\"", one_line(order));
    let hint = match field {
        Field::NumericalOrder => "write asc to select the greatest number, desc the least",
        _ => "write asc to select the last tag, desc the first",
    };
    Error::new(ErrorKind::InvalidOrder, message)
        .with_hint(hint)
        .in_field(field)
        .at(order, 0..order.len())
}

fn fleet_end(order: &str) -> End {
    if order.is_empty() || order.eq_ignore_ascii_case("desc") {
        End::Greatest
    } else {
        End::Least
    }
}

fn not_in_fleet(what: &str, field: Field) -> Error {
    Error::new(
        ErrorKind::NotInDialect,
        format!("Fleet's policies have no {what}"),
    )
    .with_hint("use semver or alphabetical, or the Flux dialect")
    .in_field(field)
}

//! The flags that say which tag wins.

use clap::{Args, ValueEnum};
use serde_json::{Map, Value, json};
use tagwright::Dialect;
use tagwright::policy::{DEFAULT_EXCLUSION, Policy};

use crate::failure::Failure;

/// Which tag wins.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Which tag wins")]
pub(crate) struct PolicyFlags {
    /// The greatest version in a range, such as 5.0.x or '>=1.0.0 <2.0.0'
    #[arg(long, value_name = "RANGE", group = "choice")]
    semver: Option<String>,
    /// The greatest number (asc) or the least (desc)
    #[arg(long, value_name = "ORDER", group = "choice")]
    numerical: Option<Order>,
    /// The last in the order of letters (asc) or the first (desc); in Fleet's manifests asc is the first
    #[arg(long, value_name = "ORDER", group = "choice")]
    alphabetical: Option<Order>,
    /// The latest calendar version of a format, such as YYYY.0M.0D
    #[arg(long, value_name = "FORMAT", group = "choice")]
    calver: Option<String>,
    /// What was built last
    #[arg(long, group = "choice")]
    newest_build: bool,
    /// One tag that moves, by its digest
    #[arg(long, value_name = "TAG", group = "choice")]
    follow_tag: Option<String>,
    /// Take part only tags that match this regular expression
    #[arg(long, value_name = "PATTERN")]
    filter: Option<String>,
    /// What of the match is compared, such as '$ts'
    #[arg(long, value_name = "TEXT", requires = "filter")]
    extract: Option<String>,
    /// Leave out tags that match; in place of signatures (.sig), which are left out otherwise
    #[arg(long, value_name = "PATTERN")]
    exclude: Vec<String>,
    /// What markers look like, and how versions are read
    #[arg(long, value_name = "DIALECT", default_value = "flux")]
    dialect: DialectFlag,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Order {
    Asc,
    Desc,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum DialectFlag {
    Flux,
    Fleet,
}

impl PolicyFlags {
    pub(crate) fn dialect(&self) -> Dialect {
        match self.dialect {
            DialectFlag::Flux => Dialect::Flux,
            DialectFlag::Fleet => Dialect::Fleet,
        }
    }

    /// As a tagwright.yaml names the dialect.
    pub(crate) fn dialect_name(&self) -> &'static str {
        match self.dialect {
            DialectFlag::Flux => "flux",
            DialectFlag::Fleet => "fleet",
        }
    }

    pub(crate) fn exclude(&self) -> &[String] {
        &self.exclude
    }

    /// The policy by itself.
    pub(crate) fn build(&self) -> Result<Policy, Failure> {
        self.require_choice()?;
        let mut builder = Policy::builder(self.dialect());
        if let Some(range) = &self.semver {
            builder.semver(range);
        }
        if let Some(order) = self.numerical {
            builder.numerical(order.word(Dialect::Flux));
        }
        if let Some(order) = self.alphabetical {
            builder.alphabetical(order.word(self.dialect()));
        }
        if let Some(format) = &self.calver {
            builder.calver(format);
        }
        if self.newest_build {
            builder.newest_build();
        }
        if let Some(tag) = &self.follow_tag {
            builder.digest(tag);
        }
        if let Some(pattern) = &self.filter {
            builder.filter(pattern, self.extract.as_deref().unwrap_or_default());
        }
        for pattern in self.excluded() {
            builder.exclude(pattern);
        }
        Ok(builder.build()?)
    }

    fn excluded(&self) -> Vec<&str> {
        match &self.exclude[..] {
            [] => vec![DEFAULT_EXCLUSION],
            given => given.iter().map(String::as_str).collect(),
        }
    }

    /// The fields of a policy in a tagwright.yaml.
    pub(crate) fn fields(&self) -> Result<Map<String, Value>, Failure> {
        self.require_choice()?;
        let mut fields = Map::new();
        let texts = [
            ("semver", &self.semver),
            ("calver", &self.calver),
            ("followTag", &self.follow_tag),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                fields.insert(name.to_owned(), json!(text));
            }
        }
        let orders = [
            ("numerical", self.numerical),
            ("alphabetical", self.alphabetical),
        ];
        for (name, order) in orders {
            if let Some(order) = order {
                fields.insert(name.to_owned(), json!(order.word(Dialect::Flux)));
            }
        }
        if self.newest_build {
            fields.insert("newestBuild".to_owned(), json!(true));
        }
        if let Some(pattern) = &self.filter {
            let mut filter = Map::new();
            filter.insert("pattern".to_owned(), json!(pattern));
            if let Some(extract) = &self.extract {
                filter.insert("extract".to_owned(), json!(extract));
            }
            fields.insert("filter".to_owned(), Value::Object(filter));
        }
        Ok(fields)
    }

    fn require_choice(&self) -> Result<(), Failure> {
        if self.choice().is_some() {
            return Ok(());
        }
        Err(Failure::new(
            "no flag says which tag wins; give --semver RANGE, --numerical ORDER, --alphabetical ORDER, --calver FORMAT, \
             --newest-build or --follow-tag TAG",
        ))
    }

    fn choice(&self) -> Option<&'static str> {
        let given = [
            ("--semver", self.semver.is_some()),
            ("--numerical", self.numerical.is_some()),
            ("--alphabetical", self.alphabetical.is_some()),
            ("--calver", self.calver.is_some()),
            ("--newest-build", self.newest_build),
            ("--follow-tag", self.follow_tag.is_some()),
        ];
        first(&given)
    }

    /// The first of these flags that is given.
    pub(crate) fn given(&self) -> Option<&'static str> {
        let others = [
            ("--filter", self.filter.is_some()),
            ("--exclude", !self.exclude.is_empty()),
            ("--dialect", self.dialect != DialectFlag::Flux),
        ];
        self.choice().or(first(&others))
    }
}

fn first(given: &[(&'static str, bool)]) -> Option<&'static str> {
    let mut given = given.iter().filter(|(_, is_given)| *is_given);
    given.next().map(|(flag, _)| *flag)
}

impl Order {
    /// The flags have one meaning in both dialects, which have opposite words for it.
    fn word(self, dialect: Dialect) -> &'static str {
        match (dialect, self) {
            (Dialect::Flux, Self::Desc) | (Dialect::Fleet, Self::Asc) => "desc",
            _ => "asc",
        }
    }
}

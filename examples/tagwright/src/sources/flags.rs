//! What manifests would say, as flags.

use std::fmt::Display;
use std::path::Path;

use clap::Args;
use serde_json::{Map, Value, json};
use tagwright::Dialect;
use tagwright::registry::Repository;

use super::SecretName;
use crate::failure::Failure;
use crate::policy::PolicyFlags;

/// The repository, and for `--image` all that manifests would say.
#[derive(Clone, Debug, Args)]
pub(super) struct Flags {
    /// A Git repository: where the manifests are; with --image, where the marked files are
    #[arg(long, value_name = "URL", help_heading = "Repository")]
    pub(super) repository: Option<String>,
    /// The branch of it; of manifests the default branch when absent
    #[arg(
        long,
        value_name = "BRANCH",
        requires = "repository",
        help_heading = "Repository"
    )]
    pub(super) branch: Option<String>,
    /// The Secret of it, whose place --secret says; this machine's Git configuration when absent
    #[arg(
        long,
        value_name = "NS/NAME",
        requires = "repository",
        help_heading = "Repository"
    )]
    repository_secret: Option<SecretName>,
    #[command(flatten)]
    image: ImageFlags,
    #[command(flatten)]
    policy: PolicyFlags,
}

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "With --image")]
struct ImageFlags {
    /// The policy's name, as markers have it
    #[arg(long = "policy", value_name = "NS:NAME")]
    name: Option<String>,
    /// The Secret of the image, whose place --secret says; the logins of docker login when absent
    #[arg(long, value_name = "NS/NAME")]
    image_secret: Option<SecretName>,
    /// The folder to update; everything when absent
    #[arg(long, value_name = "PATH")]
    path: Option<String>,
    /// Who commits
    #[arg(long, value_name = "NAME <EMAIL>")]
    author: Option<String>,
    /// A template of the commit message
    #[arg(long, value_name = "TEMPLATE")]
    message: Option<String>,
    /// The branch to push to; --branch when absent
    #[arg(long, value_name = "BRANCH")]
    push_branch: Option<String>,
    /// Write the image's digest, too
    #[arg(long)]
    digest: bool,
}

impl Flags {
    /// Namespace and name.
    pub(super) fn repository_secret(&self) -> Option<(&str, &str)> {
        self.repository_secret.as_ref().map(SecretName::parts)
    }

    /// The first flag that is given beside manifests, which say that themselves.
    pub(super) fn for_an_image(&self) -> Option<&'static str> {
        let flags = &self.image;
        let given = [
            ("--policy", flags.name.is_some()),
            ("--image-secret", flags.image_secret.is_some()),
            ("--path", flags.path.is_some()),
            ("--author", flags.author.is_some()),
            ("--message", flags.message.is_some()),
            ("--push-branch", flags.push_branch.is_some()),
            ("--digest", flags.digest),
        ];
        let mut given = given.into_iter().filter(|(_, is_given)| *is_given);
        given.next().map(|(flag, _)| flag).or(self.policy.given())
    }

    /// A tagwright.yaml of one image, one policy and one target.
    pub(super) fn config(&self, image: &str, directory: Option<&Path>) -> Result<Value, Failure> {
        let flags = &self.image;
        let name = flags.name.as_deref().ok_or_else(|| {
            Failure::new(
                "--image needs the policy's name; give --policy NS:NAME as markers have it",
            )
        })?;
        // Judged here, where the flags are known, and not as fields of a file that nobody wrote.
        self.policy.build()?;
        self.check(image, name)?;
        let mut policy = self.policy.fields()?;
        policy.insert("image".to_owned(), json!("image"));
        if flags.digest {
            policy.insert("digest".to_owned(), json!("Always"));
        }
        let mut watched = Map::new();
        watched.insert("image".to_owned(), json!(image));
        if let Some(secret) = &flags.image_secret {
            watched.insert("secret".to_owned(), json!(secret.to_string()));
        }
        if !self.policy.exclude().is_empty() {
            watched.insert("exclude".to_owned(), json!(self.policy.exclude()));
        }
        let mut target = self.place(directory)?;
        if let Some(path) = &flags.path {
            target.insert("path".to_owned(), json!(path));
        }
        Ok(json!({
            "dialect": self.policy.dialect_name(),
            "images": {"image": watched},
            "policies": {name: policy},
            "targets": {"tagwright": target},
        }))
    }

    fn check(&self, image: &str, name: &str) -> Result<(), Failure> {
        let told = |flag: &str, error: &dyn Display| Failure::new(format!("{flag}: {error}"));
        require_untagged(image)?;
        let parsed: Result<Repository, _> = image.parse();
        parsed.map_err(|error| told("--image", &error))?;
        if let Some(url) = &self.repository {
            super::url::check("--repository", url)?;
        }
        let parts: Vec<&str> = name.split(':').collect();
        let is_name = match self.policy.dialect() {
            Dialect::Flux => parts.len() == 2 && parts.iter().all(|part| !part.is_empty()),
            Dialect::Fleet => parts.len() == 1 && !name.is_empty(),
        };
        if is_name {
            return Ok(());
        }
        let form = match self.policy.dialect() {
            Dialect::Flux => "NAMESPACE:NAME",
            Dialect::Fleet => "TAGNAME",
        };
        Err(told(
            "--policy",
            &format_args!("'{name}' is no name that markers have; give {form}"),
        ))
    }

    fn of_a_commit(&self) -> Option<&'static str> {
        let flags = &self.image;
        let given = [
            ("--repository", self.repository.is_some()),
            ("--author", flags.author.is_some()),
            ("--message", flags.message.is_some()),
            ("--push-branch", flags.push_branch.is_some()),
        ];
        let mut given = given.into_iter().filter(|(_, is_given)| *is_given);
        given.next().map(|(flag, _)| flag)
    }

    fn place(&self, directory: Option<&Path>) -> Result<Map<String, Value>, Failure> {
        let mut target = Map::new();
        let flags = &self.image;
        if let Some(directory) = directory {
            if let Some(flag) = self.of_a_commit() {
                return Err(Failure::new(format!(
                    "{flag} is about a commit, and --directory makes none; leave one of them out"
                )));
            }
            target.insert(
                "directory".to_owned(),
                json!(directory.display().to_string()),
            );
            return Ok(target);
        }
        let (Some(url), Some(branch)) = (&self.repository, &self.branch) else {
            return Err(Failure::new(
                "--image needs a place to write to; give --repository URL and --branch BRANCH, or --directory DIR",
            ));
        };
        target.insert("repository".to_owned(), json!(url));
        target.insert("branch".to_owned(), json!(branch));
        if let Some(secret) = &self.repository_secret {
            target.insert("secret".to_owned(), json!(secret.to_string()));
        }
        if let Some(branch) = &flags.push_branch {
            target.insert("push".to_owned(), json!({"branch": branch}));
        }
        let mut commit = json!({"author": author(flags.author.as_deref())?});
        if let Some(message) = &flags.message {
            commit["message"] = json!(message);
        }
        target.insert("commit".to_owned(), commit);
        Ok(target)
    }
}

/// A tag is what is asked for.
fn require_untagged(image: &str) -> Result<(), Failure> {
    let last = image.rsplit('/').next().unwrap_or(image);
    let bare = last.split(['@', ':']).next().unwrap_or(last);
    if bare.len() < last.len() && last.len() < image.len() {
        let rest = &last[bare.len()..];
        return Err(Failure::new(format!(
            "--image {image}: an image has no tag here; remove {rest}"
        )));
    }
    Ok(())
}

fn author(text: Option<&str>) -> Result<Value, Failure> {
    let missing = || Failure::new("--repository needs who commits; give --author 'NAME <EMAIL>'");
    let text = text.ok_or_else(missing)?.trim();
    let parts = text.strip_suffix('>').and_then(|text| text.split_once('<'));
    match parts.map(|(name, email)| (name.trim(), email.trim())) {
        Some((_, "")) | None => Err(Failure::new(format!(
            "--author '{text}' has no email address; give 'NAME <EMAIL>'"
        ))),
        Some(("", email)) => Ok(json!({"email": email})),
        Some((name, email)) => Ok(json!({"name": name, "email": email})),
    }
}

//! Where a forge shows a commit.

/// The page of a commit, by the URL of its repository, where the forge is known by its host: GitHub, GitLab, Bitbucket,
/// Gitea, Forgejo and Azure DevOps, by their own hosts or one that begins with their name (`gitlab.example.com`). None for
/// any other, and for what is no commit's id.
///
/// ```
/// use tagwright::commit_link;
///
/// let id = "3f1c9a0d5b7e2468ace013579bdf02468ace1357";
/// assert_eq!(
///     commit_link("ssh://git@github.com/org/fleet.git", id).unwrap(),
///     format!("https://github.com/org/fleet/commit/{id}")
/// );
/// assert_eq!(commit_link("https://git.example.com/org/fleet.git", id), None);
/// ```
pub fn commit_link(repository: &str, commit: &str) -> Option<String> {
    let is_id = commit.len() >= 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    let address = Address::read(repository).filter(|_| is_id)?;
    let forge = Forge::of(address.host)?;
    let Address {
        scheme,
        host,
        port,
        path,
    } = address;
    let page = match forge {
        Forge::GitHub | Forge::Gitea | Forge::Azure => format!("{path}/commit/{commit}"),
        Forge::GitLab => format!("{path}/-/commit/{commit}"),
        Forge::Bitbucket => format!("{path}/commits/{commit}"),
        Forge::BitbucketServer => {
            let path = path.strip_prefix("scm/").unwrap_or(path);
            let (project, name) = path.split_once('/')?;
            let (kind, project) = match project.strip_prefix('~') {
                Some(user) => ("users", user),
                None => ("projects", project),
            };
            format!("{kind}/{project}/repos/{name}/commits/{commit}")
        }
    };
    Some(format!("{scheme}://{host}{port}/{page}"))
}

#[derive(Clone, Copy)]
enum Forge {
    GitHub,
    GitLab,
    Bitbucket,
    /// Of one's own, which has other paths.
    BitbucketServer,
    Gitea,
    Azure,
}

impl Forge {
    fn of(host: &str) -> Option<Self> {
        Some(match host {
            "bitbucket.org" => Self::Bitbucket,
            "codeberg.org" => Self::Gitea,
            "dev.azure.com" => Self::Azure,
            host => match host.split('.').next()? {
                "github" => Self::GitHub,
                "gitlab" => Self::GitLab,
                "bitbucket" => Self::BitbucketServer,
                "gitea" | "forgejo" => Self::Gitea,
                _ => return None,
            },
        })
    }
}

/// A repository's URL in its parts, each harmless in a link.
struct Address<'a> {
    scheme: &'static str,
    host: &'a str,
    /// With its colon; that of SSH says nothing about HTTP.
    port: &'a str,
    path: &'a str,
}

impl<'a> Address<'a> {
    fn read(url: &'a str) -> Option<Self> {
        let (scheme, rest) = match url.split_once("://") {
            Some(("https", rest)) => ("https", rest),
            Some(("http", rest)) => ("http", rest),
            Some(("ssh", rest)) => ("ssh", rest),
            Some(_) => return None,
            // As scp has it.
            None => return Self::of("ssh", url.split_once(':')?),
        };
        Self::of(scheme, rest.split_once('/')?)
    }

    fn of(scheme: &str, (authority, path): (&'a str, &'a str)) -> Option<Self> {
        let authority = authority.rsplit('@').next()?;
        let colon = authority.find(':').unwrap_or(authority.len());
        let (host, port) = authority.split_at(colon);
        let path = path.trim_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path);
        let is_plain = |text: &str| {
            text.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._~/%+".contains(&byte))
        };
        let is_port = port.bytes().skip(1).all(|byte| byte.is_ascii_digit());
        if !path.contains('/') || !is_plain(path) || !is_plain(host) || !is_port {
            return None;
        }
        Some(Self {
            scheme: if scheme == "http" { "http" } else { "https" },
            host,
            port: if scheme == "ssh" { "" } else { port },
            path,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "3f1c9a0d5b7e2468ace013579bdf02468ace1357";

    #[test]
    fn each_forge_has_a_page_of_its_own() {
        for (repository, page) in [
            (
                "https://github.com/org/fleet",
                "https://github.com/org/fleet/commit/ID",
            ),
            (
                "https://user@github.com/org/fleet.git/",
                "https://github.com/org/fleet/commit/ID",
            ),
            ("ssh://git@ssh.github.com:443/org/fleet", "none"),
            (
                "git@github.com:org/fleet.git",
                "https://github.com/org/fleet/commit/ID",
            ),
            (
                "ssh://git@gitlab.example.com:2222/a/b/c.git",
                "https://gitlab.example.com/a/b/c/-/commit/ID",
            ),
            (
                "http://gitlab.example.com:8080/a/b.git",
                "http://gitlab.example.com:8080/a/b/-/commit/ID",
            ),
            (
                "https://bitbucket.org/team/fleet.git",
                "https://bitbucket.org/team/fleet/commits/ID",
            ),
            (
                "https://bitbucket.example.com/scm/ops/fleet.git",
                "https://bitbucket.example.com/projects/ops/repos/fleet/commits/ID",
            ),
            (
                "ssh://git@bitbucket.example.com:7999/~ann/fleet.git",
                "https://bitbucket.example.com/users/ann/repos/fleet/commits/ID",
            ),
            (
                "https://gitea.example.com/org/fleet",
                "https://gitea.example.com/org/fleet/commit/ID",
            ),
            (
                "https://codeberg.org/org/fleet.git",
                "https://codeberg.org/org/fleet/commit/ID",
            ),
            (
                "https://org@dev.azure.com/org/project/_git/fleet",
                "https://dev.azure.com/org/project/_git/fleet/commit/ID",
            ),
            ("https://git.example.com/org/fleet.git", "none"),
            ("https://evilgithub.com/org/fleet.git", "none"),
            ("https://github.com/org", "none"),
            ("file:///srv/git/github.com/org/fleet.git", "none"),
            ("/srv/git/fleet.git", "none"),
            ("https://github.com/org/\"><script>", "none"),
            ("javascript:github.com/org/fleet", "none"),
            ("", "none"),
        ] {
            let link = commit_link(repository, ID);
            let wanted = (page != "none").then(|| page.replace("ID", ID));
            assert_eq!(link, wanted, "{repository}");
        }
    }

    #[test]
    fn only_an_id_is_linked() {
        for commit in [
            "",
            "main",
            "3f1c9a0",
            "../../3f1c9a0d5b7e2468ace013579bdf02468ace1357",
        ] {
            assert_eq!(commit_link("https://github.com/org/fleet", commit), None);
        }
    }
}

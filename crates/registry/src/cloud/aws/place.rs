/// Where Amazon is asked for a login, as a registry's host says. One login is good for all registries there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Place {
    Private {
        region: String,
        fips: bool,
        dual_stack: bool,
    },
    Public,
}

/// The one that has the login for the public registry.
const PUBLIC_REGION: &str = "us-east-1";

/// What stands behind the region, with whether it is reached by IPv6, too. From Amazon's own credential helper.
const DOMAINS: [(&str, bool); 6] = [
    ("amazonaws.com", false),
    ("amazonaws.com.cn", false),
    ("amazonaws.eu", false),
    ("on.aws", true),
    ("on.amazonwebservices.com.cn", true),
    ("on.amazonwebservices.eu", true),
];

impl Place {
    /// None for a host that is not Amazon's: it is never shown a login.
    pub(super) fn of(host: &str) -> Option<Self> {
        let host = host.to_ascii_lowercase();
        if host == "public.ecr.aws" {
            return Some(Self::Public);
        }
        let (account, rest) = host.split_once('.')?;
        let is_account = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
        let (fips, separate, rest) = service(rest)?;
        let (region, domain) = rest.split_once('.')?;
        let dual_stack = DOMAINS
            .into_iter()
            .find_map(|(known, dual)| (known == domain).then_some(dual))?;
        (is_account && is_region(region) && separate != dual_stack).then(|| Self::Private {
            region: region.to_owned(),
            fips,
            dual_stack,
        })
    }

    pub(super) fn region(&self) -> &str {
        match self {
            Self::Private { region, .. } => region,
            Self::Public => PUBLIC_REGION,
        }
    }
}

/// Whether it is the one with FIPS, whether its name has two labels, and what follows it.
fn service(rest: &str) -> Option<(bool, bool, &str)> {
    let names = [
        ("dkr.ecr.", false, true),
        ("dkr.ecr-fips.", true, true),
        ("dkr-ecr.", false, false),
        ("dkr-ecr-fips.", true, false),
    ];
    names
        .into_iter()
        .find_map(|(name, fips, separate)| Some((fips, separate, rest.strip_prefix(name)?)))
}

fn is_region(label: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    label.starts_with(|c: char| c.is_ascii_lowercase()) && label.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::Place;

    fn place(host: &str) -> Option<(String, bool, bool)> {
        match Place::of(host)? {
            Place::Private {
                region,
                fips,
                dual_stack,
            } => Some((region, fips, dual_stack)),
            Place::Public => Some(("public".to_owned(), false, false)),
        }
    }

    #[test]
    fn registries_of_amazon() {
        let hosts = [
            ("dkr.ecr.eu-west-1.amazonaws.com", "eu-west-1", false, false),
            (
                "dkr.ecr-fips.us-gov-west-1.amazonaws.com",
                "us-gov-west-1",
                true,
                false,
            ),
            (
                "dkr.ecr.cn-north-1.amazonaws.com.cn",
                "cn-north-1",
                false,
                false,
            ),
            ("dkr-ecr.us-east-2.on.aws", "us-east-2", false, true),
            ("dkr-ecr-fips.us-east-2.on.aws", "us-east-2", true, true),
            ("DKR.ECR.eu-west-1.AmazonAWS.com", "eu-west-1", false, false),
        ];
        for (rest, region, fips, dual_stack) in hosts {
            let found = place(&format!("123456789012.{rest}"));
            assert_eq!(found, Some((region.to_owned(), fips, dual_stack)), "{rest}");
        }
        assert_eq!(Place::of("public.ecr.aws"), Some(Place::Public));
        assert_eq!(Place::Public.region(), "us-east-1");
    }

    #[test]
    fn registries_of_others() {
        let hosts = [
            "dkr.ecr.eu-west-1.amazonaws.com",
            "12345678901.dkr.ecr.eu-west-1.amazonaws.com",
            "12345678901x.dkr.ecr.eu-west-1.amazonaws.com",
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.example",
            "123456789012.dkr.ecr.eu-west-1.evil.amazonaws.com",
            "123456789012.dkr.ecr.amazonaws.com",
            "123456789012.dkr.ecr..amazonaws.com",
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com:8443",
            "123456789012.dkr-ecr.eu-west-1.amazonaws.com",
            "123456789012.dkr.ecr.eu-west-1.on.aws",
            "123456789012.dkr.ecr.eu_west_1.amazonaws.com",
            "evil.public.ecr.aws",
            "ghcr.io",
            "",
        ];
        for host in hosts {
            assert_eq!(Place::of(host), None, "{host}");
        }
    }
}

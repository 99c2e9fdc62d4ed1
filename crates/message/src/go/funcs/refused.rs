//! Functions of Sprig that no template may call, and why.

const CLOCK: &str = "its answer would depend on the clock";
const ZONE: &str =
    "Flux leaves it out, for its answer depends on the clock and the local time zone";
const CHANCE: &str = "its answer would depend on chance";
const MACHINE: &str = "its answer would depend on the machine";
const SECRET: &str = "secrets have no place in a commit message";

const REFUSED: [(&str, &str); 33] = [
    ("ago", CLOCK),
    ("bcrypt", CHANCE),
    ("buildCustomCert", SECRET),
    ("date", ZONE),
    ("dateInZone", ZONE),
    ("dateModify", ZONE),
    ("date_in_zone", ZONE),
    ("date_modify", ZONE),
    ("decryptAES", SECRET),
    ("derivePassword", SECRET),
    ("encryptAES", CHANCE),
    ("env", MACHINE),
    ("expandenv", MACHINE),
    ("genCA", CHANCE),
    ("genCAWithKey", CHANCE),
    ("genPrivateKey", CHANCE),
    ("genSelfSignedCert", CHANCE),
    ("genSelfSignedCertWithKey", CHANCE),
    ("genSignedCert", CHANCE),
    ("genSignedCertWithKey", CHANCE),
    ("getHostByName", MACHINE),
    ("htmlDate", ZONE),
    ("htmlDateInZone", ZONE),
    ("htpasswd", CHANCE),
    ("now", CLOCK),
    ("randAlpha", CHANCE),
    ("randAlphaNum", CHANCE),
    ("randAscii", CHANCE),
    ("randBytes", CHANCE),
    ("randInt", CHANCE),
    ("randNumeric", CHANCE),
    ("shuffle", CHANCE),
    ("uuidv4", CHANCE),
];

/// Why a function is refused.
pub(super) fn reason(name: &str) -> Option<&'static str> {
    let found = REFUSED.iter().find(|(refused, _)| *refused == name);
    found.map(|(_, reason)| *reason)
}

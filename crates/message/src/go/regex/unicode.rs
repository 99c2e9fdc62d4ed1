//! `\pL`, `\p{Greek}`: the names that Go 1.26 knows.

use super::parse::{Parser, Problem};

/// General categories: what `\p` takes, and the aliases that Unicode gives.
/// In Go's canonical spelling, which has one capital and no blanks, `_` or `-`.
const CATEGORIES: [(&str, &str); 39] = [
    ("C", "Other"),
    ("Cc", "Control"),
    ("Cf", "Format"),
    ("Cn", "Unassigned"),
    ("Co", "Privateuse"),
    ("Cs", "Surrogate"),
    ("L", "Letter"),
    ("Lc", "Casedletter"),
    ("Ll", "Lowercaseletter"),
    ("Lm", "Modifierletter"),
    ("Lo", "Otherletter"),
    ("Lt", "Titlecaseletter"),
    ("Lu", "Uppercaseletter"),
    ("M", "Mark"),
    ("Mc", "Spacingmark"),
    ("Me", "Enclosingmark"),
    ("Mn", "Nonspacingmark"),
    ("N", "Number"),
    ("Nd", "Decimalnumber"),
    ("Nl", "Letternumber"),
    ("No", "Othernumber"),
    ("P", "Punctuation"),
    ("Pc", "Connectorpunctuation"),
    ("Pd", "Dashpunctuation"),
    ("Pe", "Closepunctuation"),
    ("Pf", "Finalpunctuation"),
    ("Pi", "Initialpunctuation"),
    ("Po", "Otherpunctuation"),
    ("Ps", "Openpunctuation"),
    ("S", "Symbol"),
    ("Sc", "Currencysymbol"),
    ("Sk", "Modifiersymbol"),
    ("Sm", "Mathsymbol"),
    ("So", "Othersymbol"),
    ("Z", "Separator"),
    ("Zl", "Lineseparator"),
    ("Zp", "Paragraphseparator"),
    ("Zs", "Spaceseparator"),
    ("M", "Combiningmark"),
];

/// More aliases of the same kind.
const ALIASES: [(&str, &str); 3] = [("Cc", "Cntrl"), ("Nd", "Digit"), ("P", "Punct")];

/// Scripts. Those with two words in their names are missing on purpose: Go
/// takes the `_` out of what is asked for, and then does not find them.
const SCRIPTS: &str = "\
    Adlam Ahom Arabic Armenian Avestan Balinese Bamum Batak Bengali Bhaiksuki Bopomofo \
    Brahmi Braille Buginese Buhid Carian Chakma Cham Cherokee Chorasmian Common Coptic \
    Cuneiform Cypriot Cyrillic Deseret Devanagari Dogra Duployan Elbasan Elymaic Ethiopic \
    Georgian Glagolitic Gothic Grantha Greek Gujarati Gurmukhi Han Hangul Hanunoo Hatran \
    Hebrew Hiragana Inherited Javanese Kaithi Kannada Katakana Kawi Kharoshthi Khmer Khojki \
    Khudawadi Lao Latin Lepcha Limbu Lisu Lycian Lydian Mahajani Makasar Malayalam Mandaic \
    Manichaean Marchen Medefaidrin Miao Modi Mongolian Mro Multani Myanmar Nabataean \
    Nandinagari Newa Nko Nushu Ogham Oriya Osage Osmanya Palmyrene Phoenician Rejang Runic \
    Samaritan Saurashtra Sharada Shavian Siddham Sinhala Sogdian Soyombo Sundanese Syriac \
    Tagalog Tagbanwa Takri Tamil Tangsa Tangut Telugu Thaana Thai Tibetan Tifinagh Tirhuta \
    Toto Ugaritic Vai Vithkuqi Wancho Yezidi Yi";

/// Reads `\pX`, `\PX`, `\p{..}`; what stands for it in a class. None where no `\p` is.
pub(super) fn read(parser: &mut Parser<'_>) -> Result<Option<String>, Problem> {
    let mut negated = parser.eat(r"\P");
    if !negated && !parser.eat(r"\p") {
        return Ok(None);
    }
    let Some(name) = read_name(parser) else {
        return Err("an unknown Unicode class");
    };
    let bare = name.strip_prefix('^').unwrap_or(name);
    negated ^= bare.len() != name.len();
    match resolve(&canonical(bare)) {
        Some(class) if negated => Ok(Some(format!("[^{class}]"))),
        Some(class) => Ok(Some(class)),
        None => Err("an unknown Unicode class"),
    }
}

fn read_name<'a>(parser: &mut Parser<'a>) -> Option<&'a str> {
    let rest = parser.rest();
    if let Some(inside) = rest.strip_prefix('{') {
        let (name, _) = inside.split_once('}')?;
        parser.at += name.len() + "{}".len();
        return Some(name);
    }
    let c = parser.next()?;
    Some(&rest[..c.len_utf8()])
}

/// One capital in front, no blanks, `_` or `-`, as Go looks names up.
fn canonical(name: &str) -> String {
    let kept = name.chars().filter(|c| !matches!(c, '_' | '-' | ' '));
    let mut canonical = String::with_capacity(name.len());
    // A blank in front does not move the capital: Go looks at the first letter.
    for c in kept {
        let is_first = canonical.is_empty();
        canonical.push(if is_first {
            c.to_ascii_uppercase()
        } else {
            c.to_ascii_lowercase()
        });
    }
    canonical
}

fn resolve(name: &str) -> Option<String> {
    match name {
        "Any" => return Some(r"\p{Any}".to_owned()),
        "Assigned" => return Some(r"\p{Assigned}".to_owned()),
        "Ascii" => return Some(r"\x00-\x7F".to_owned()),
        _ => {}
    }
    let mut categories = CATEGORIES.iter().chain(&ALIASES);
    if let Some((short, _)) = categories.find(|(short, long)| name == *short || name == *long) {
        return Some(format!(r"\p{{gc={short}}}"));
    }
    let is_script = !name.is_empty() && SCRIPTS.split_whitespace().any(|script| script == name);
    is_script.then(|| format!(r"\p{{sc={name}}}"))
}

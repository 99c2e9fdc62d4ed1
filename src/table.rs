//! Columns of text, padded to their widest cell.

use std::fmt::{self, Write as _};

use crate::printable::Printable;

/// Writes rows with two spaces between columns and none at the end of a line. A cell stays one, whatever is in it.
pub(crate) fn write<const N: usize>(f: &mut fmt::Formatter<'_>, rows: &[[&str; N]]) -> fmt::Result {
    let rows: Vec<[String; N]> = rows
        .iter()
        .map(|row| row.map(|cell| Printable(cell).to_string()))
        .collect();
    let widths: [usize; N] = std::array::from_fn(|column| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    });
    for row in &rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            write!(line, "{cell:width$}  ")?;
        }
        writeln!(f, "{}", line.trim_end())?;
    }
    Ok(())
}

//! From bytes to letters, or a plain no: a text that was read wrongly once is stored wrongly for ever.
//!
//! UTF-8 proves itself: other text with å, ä or ö is practically never valid UTF-8. What is not
//! UTF-8 is Windows-1252 (Windows and Excel) or CP437 (DOS, and SIE by its standard), which have
//! 256 characters each and prove nothing, so the Swedish letters decide. Where one of them has a
//! letter the other has something that does not stand inside a word:
//!
//! | letter | å | ä | ö | Å | Ä | Ö | é |
//! |---|---|---|---|---|---|---|---|
//! | CP437 byte, and what it is in Windows-1252 | 86 † | 84 „ | 94 ” | 8F (none) | 8E Ž | 99 ™ | 82 ‚ |
//! | Windows-1252 byte, and what it is in CP437 | E5 σ | E4 Σ | F6 ÷ | C5 ┼ | C4 ─ | D6 ╓ | E9 Θ |
//!
//! A byte is evidence for a reading when the reading makes it a letter and a letter stands beside it;
//! with letters on both sides it is strong. Strong evidence for one reading decides. Strong evidence for
//! both is a text in two encodings and is refused, but for a word or two among many in Windows-1252,
//! whose „ and ” may touch letters. With weak evidence only, letters in Windows-1252 win, since σ, ÷ and
//! box lines touch no words; in CP437 they win unless they are quotation marks that open and close on
//! their line. Without any evidence, as in a lone §, the format's own habit decides.

use super::Unreadable;
use super::lines::line_of;
use oem_cp::{Cp437, StringExt};
use std::borrow::Cow;

/// The name of UTF-8 in a receipt.
pub const UTF_8: &str = "utf-8";

/// The encodings of one byte a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SingleByte {
    /// Windows and Excel in western Europe.
    Windows1252,
    /// DOS, and SIE files, which call it PC8.
    Cp437,
}

impl SingleByte {
    /// Its name in a receipt.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Windows1252 => "windows-1252",
            Self::Cp437 => "cp437",
        }
    }

    const fn lower(self) -> &'static [u8] {
        match self {
            Self::Windows1252 => b"\xE5\xE4\xF6\xE9\xFC",
            Self::Cp437 => b"\x86\x84\x94\x82\x81",
        }
    }

    const fn upper(self) -> &'static [u8] {
        match self {
            Self::Windows1252 => b"\xC5\xC4\xD6\xC9\xDC",
            Self::Cp437 => b"\x8F\x8E\x99\x90\x9A",
        }
    }

    fn read(self, bytes: &[u8]) -> String {
        match self {
            Self::Windows1252 => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
            Self::Cp437 => String::from_cp::<Cp437>(bytes),
        }
    }
}

/// Reads a text and names its encoding. `habit` decides where the bytes do not.
pub fn decode(bytes: &[u8], habit: SingleByte) -> Result<(Cow<'_, str>, &'static str), Unreadable> {
    refuse_wide(bytes)?;
    let (marked, bytes) = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(rest) => (true, rest),
        None => (false, bytes),
    };
    let bytes = bytes.strip_suffix(b"\x1A").unwrap_or(bytes); // how DOS ends a text
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok((Cow::Borrowed(text), UTF_8)),
        Err(error) => error,
    };
    if marked || holds_utf8_words(bytes) {
        let line = line_of(bytes, error.valid_up_to());
        return Err(Unreadable::Encoding(format!(
            "The text is UTF-8 but damaged: line {line} has bytes that are no character. Send it again as UTF-8."
        )));
    }
    let reading = single_byte(bytes, habit)?;
    Ok((Cow::Owned(reading.read(bytes)), reading.name()))
}

fn refuse_wide(bytes: &[u8]) -> Result<(), Unreadable> {
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Err(Unreadable::Encoding("The text is UTF-16. Send it as UTF-8.".to_owned()));
    }
    match bytes.iter().position(|&byte| byte == 0) {
        None => Ok(()),
        Some(at) => Err(Unreadable::Encoding(format!(
            "Byte {} is a NUL, which no text holds: the body is UTF-16 or not a text. Send it as UTF-8.",
            at + 1
        ))),
    }
}

/// Whether å, ä, ö or another character is there in UTF-8, so that the rest must be too:
/// `Ã` before a symbol, `â€` and `ðŸ` stand in no Swedish text, nor do they begin with `├`, `ΓÇ` or `≡ƒ` in CP437.
fn holds_utf8_words(bytes: &[u8]) -> bool {
    bytes.windows(3).any(|three| match three {
        [0xC3, 0x80..=0xBF, _] => true,
        [0xE2, 0x80..=0x84, last] | [0xF0, 0x9F, last] => (0x80..=0xBF).contains(last),
        _ => three == b"\xEF\xBF\xBD",
    })
}

fn single_byte(bytes: &[u8], habit: SingleByte) -> Result<SingleByte, Unreadable> {
    let windows = Evidence::of(bytes, SingleByte::Windows1252);
    let dos = Evidence::of(bytes, SingleByte::Cp437);
    let undefined = bytes.iter().position(|byte| b"\x81\x8D\x8F\x90\x9D".contains(byte));
    let reading = match (windows.strong, dos.strong) {
        (1.., 1..) if windows.strong < 20 * dos.strong => return Err(mixed(bytes, dos.first)),
        (1.., _) => SingleByte::Windows1252,
        (0, 1..) => SingleByte::Cp437,
        (0, 0) if windows.weak > 0 => SingleByte::Windows1252,
        (0, 0) if dos.weak > 0 && !quotation_marks(bytes) => SingleByte::Cp437,
        (0, 0) if undefined.is_some() => SingleByte::Cp437,
        (0, 0) => habit,
    };
    match undefined {
        Some(at) if reading == SingleByte::Windows1252 => Err(mixed(bytes, at)),
        _ => Ok(reading),
    }
}

fn mixed(bytes: &[u8], at: usize) -> Unreadable {
    Unreadable::Encoding(format!(
        "The text is partly Windows-1252 and partly CP437, as on line {}. Send it as UTF-8.",
        line_of(bytes, at)
    ))
}

/// How much speaks for a reading.
struct Evidence {
    strong: usize,
    weak: usize,
    first: usize,
}

impl Evidence {
    fn of(bytes: &[u8], reading: SingleByte) -> Self {
        let (mut letters, mut upper) = ([false; 256], [false; 256]);
        for &byte in reading.upper() {
            upper[usize::from(byte)] = true;
        }
        for &byte in reading.lower().iter().chain(reading.upper()) {
            letters[usize::from(byte)] = true;
        }
        let letter = |byte: &u8| byte.is_ascii_alphabetic() || letters[usize::from(*byte)];
        let mut evidence = Self { strong: 0, weak: 0, first: 0 };
        for (at, &byte) in bytes.iter().enumerate().filter(|&(_, &byte)| letters[usize::from(byte)]) {
            let before = at.checked_sub(1).and_then(|at| bytes.get(at)).filter(|byte| letter(byte));
            let capital_after_small = upper[usize::from(byte)] && before.is_some_and(u8::is_ascii_lowercase);
            match (before.is_some(), bytes.get(at + 1).is_some_and(letter)) {
                _ if capital_after_small => {} // "Windows™", never "WindowsÖ"
                (true, true) => {
                    evidence.strong += 1;
                    if evidence.strong == 1 {
                        evidence.first = at;
                    }
                }
                (true, false) | (false, true) => evidence.weak += 1,
                (false, false) => {}
            }
        }
        evidence
    }
}

/// Whether every line that has „ or ” beside a letter opens as many quotations as it closes.
fn quotation_marks(bytes: &[u8]) -> bool {
    let others = b"\x86\x8F\x8E\x99\x82\x81\x90\x9A";
    if bytes.iter().any(|byte| others.contains(byte)) {
        return false;
    }
    bytes.split(|&byte| byte == b'\n').all(|line| {
        let mark = |byte: u8| byte == 0x84 || byte == 0x94;
        let opens = line.windows(2).filter(|two| mark(two[0]) && two[1].is_ascii_alphabetic()).count();
        let closes = line.windows(2).filter(|two| two[0].is_ascii_alphabetic() && mark(two[1])).count();
        opens == closes
    })
}

#[cfg(test)]
#[path = "encoding_tests.rs"]
mod tests;

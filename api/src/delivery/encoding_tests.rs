//! Which bytes are which letters.

use super::*;
use oem_cp::StrExt;
use proptest::prelude::*;

fn windows(text: &str) -> Vec<u8> {
    encoding_rs::WINDOWS_1252.encode(text).0.into_owned()
}

fn dos(text: &str) -> Vec<u8> {
    text.to_cp::<Cp437>().unwrap().into_iter().map(u8::from).collect()
}

fn read(bytes: &[u8]) -> (String, &'static str) {
    let (text, encoding) = decode(bytes, SingleByte::Windows1252).unwrap();
    (text.into_owned(), encoding)
}

#[test]
fn swedish_words_are_read_in_all_three_encodings() {
    for text in ["förskola", "Åldringsvård", "ÄLDREOMSORG", "miljö", "på", "Öppna", "café", "MILJÖ;Å1", "Övrigt (ö)"]
    {
        assert_eq!(read(text.as_bytes()), (text.to_owned(), "utf-8"));
        assert_eq!(read(&windows(text)), (text.to_owned(), "windows-1252"), "{text}");
        assert_eq!(read(&dos(text)), (text.to_owned(), "cp437"), "{text}");
    }
    assert_eq!(read(b"\xEF\xBB\xBFkonto;belopp\x1A"), ("konto;belopp".to_owned(), "utf-8"));
}

#[test]
fn windows_marks_are_no_dos_letters() {
    let among_many = format!("”K”ping {}", "gården ".repeat(20));
    for text in ["kallad „Ring”", "”Ring”; ”Två”", "Office™", "5 – 10 §", "Anna’s", &among_many] {
        assert_eq!(read(&windows(text)), (text.to_owned(), "windows-1252"), "{text}");
    }
}

#[test]
fn habit_decides_where_nothing_else_does() {
    let habit = |habit| decode(b"\xAB", habit).unwrap().0.into_owned();
    assert_eq!((habit(SingleByte::Cp437), habit(SingleByte::Windows1252)), ("½".to_owned(), "«".to_owned()));
}

#[test]
fn what_may_be_read_wrongly_is_refused() {
    let both = [windows("förskola\n"), dos("vård")].concat();
    let cut = &"förskola på gården".as_bytes()[..15];
    let broken = [cut, b" \xE5r"].concat();
    let marked = [b"\xEF\xBB\xBF".as_slice(), &windows("år")].concat();
    for bytes in [
        &both,
        &broken,
        &marked,
        &b"a\0b\0"[..],
        b"\xFF\xFEa",
        b"\xFE\xFFa",
        "\u{1f600}\n".as_bytes().split_last().unwrap().1.split_last().unwrap().1,
    ] {
        let read = decode(bytes, SingleByte::Windows1252);
        assert!(matches!(read, Err(Unreadable::Encoding(_))), "{bytes:?} {read:?}");
    }
}

proptest! {
    #[test]
    fn words_come_back_whole(words in "([a-z]{1,6}[åäö][a-z]{1,6}[ ;\n]){1,30}") {
        prop_assert_eq!(read(&windows(&words)), (words.clone(), "windows-1252"));
        prop_assert_eq!(read(&dos(&words)), (words.clone(), "cp437"));
    }
}

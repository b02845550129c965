//! Closed sets of words: an enumeration whose variants have names in the contract and in storage.

/// Makes an enumeration with `ALL`, `code` and `from_code`.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident: $count:literal { $($(#[$doc:meta])* $variant:ident = $code:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$doc])* #[serde(rename = $code)] $variant,)* }

        impl $name {
            /// Every one.
            pub const ALL: [Self; $count] = [$(Self::$variant,)*];
            /// Their names, in that order.
            pub const CODES: [&'static str; $count] = [$($code,)*];

            /// Its name in the contract.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The one of that name.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|one| one.code() == code)
            }
        }
    };
}

pub(crate) use words;

//! The names that a type reads, as its reader knows them.

use serde::Deserialize;
use serde::de::value::Error;
use serde::de::{Deserializer, Error as _, Visitor};
use serde::forward_to_deserialize_any;

/// The keys of a table.
pub(super) fn fields<'de, T: Deserialize<'de>>() -> &'static [&'static str] {
    names::<T>()
}

/// The same for a type that has a place, and no name here.
pub(super) fn fields_of<'de, S, T: Deserialize<'de>>(
    _place: impl Fn(&S) -> &T,
) -> &'static [&'static str] {
    names::<T>()
}

/// The values of a choice.
pub(super) fn variants<'de, T: Deserialize<'de>>() -> &'static [&'static str] {
    names::<T>()
}

fn names<'de, T: Deserialize<'de>>() -> &'static [&'static str] {
    let mut names = None;
    // It asks for what it knows by name, and gets nothing.
    let _ = T::deserialize(Asked(&mut names));
    names.unwrap()
}

struct Asked<'a>(&'a mut Option<&'static [&'static str]>);

impl<'de> Deserializer<'de> for Asked<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Error> {
        Err(Error::custom("neither a table nor a choice"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        *self.0 = Some(fields);
        self.deserialize_any(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        *self.0 = Some(variants);
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map identifier ignored_any
    }
}

//! Which types of numbers are read, and how does one of them become a double?

#![expect(unsafe_code, reason = "numbers of a type that is known only when this runs, at any address")]

/// The type of the numbers of an array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Element {
    Bool,
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    F16,
    F32,
    F64,
}

/// Evaluates an expression with `$T` as the Rust type of an [`Element`].
macro_rules! for_element {
    ($element:expr, $T:ident => $body:expr) => {
        for_element!($element, $T => $body, Bool Truth, I8 i8, I16 i16, I32 i32, I64 i64, U8 u8, U16 u16, U32 u32, U64 u64, F16 Half, F32 f32, F64 f64)
    };
    ($element:expr, $T:ident => $body:expr, $($variant:ident $type:ident),*) => {{
        use $crate::element::{Element, Half, Truth};
        match $element {
            $(Element::$variant => {
                type $T = $type;
                $body
            })*
        }
    }};
}
pub(crate) use for_element;

impl Element {
    /// Whether these are integers of up to 32 bits.
    pub(crate) fn is_narrow_integer(self) -> bool {
        matches!(self, Self::I8 | Self::I16 | Self::I32 | Self::U8 | Self::U16 | Self::U32)
    }

    /// Bytes of one number.
    pub(crate) fn size(self) -> usize {
        for_element!(self, T => size_of::<T>())
    }

    /// The type with this kind, as NumPy names it (`b`, `i`, `u` or `f`), and size.
    pub(crate) fn of(kind: u8, size: usize) -> Option<Self> {
        Some(match (kind, size) {
            (b'b', 1) => Self::Bool,
            (b'i', 1) => Self::I8,
            (b'i', 2) => Self::I16,
            (b'i', 4) => Self::I32,
            (b'i', 8) => Self::I64,
            (b'u', 1) => Self::U8,
            (b'u', 2) => Self::U16,
            (b'u', 4) => Self::U32,
            (b'u', 8) => Self::U64,
            (b'f', 2) => Self::F16,
            (b'f', 4) => Self::F32,
            (b'f', 8) => Self::F64,
            _ => return None,
        })
    }

    /// The type that the buffer protocol describes by this format, and whether its bytes are in the other order than
    /// this machine's.
    pub(crate) fn of_format(format: &[u8], size: usize) -> Option<(Self, bool)> {
        let (is_swapped, letter) = match format {
            [b'<', letter] => (cfg!(target_endian = "big"), letter),
            [b'>' | b'!', letter] => (cfg!(target_endian = "little"), letter),
            [b'@' | b'=', letter] | [letter] => (false, letter),
            _ => return None,
        };
        let kind = match letter {
            b'?' => b'b',
            b'b' | b'h' | b'i' | b'l' | b'q' | b'n' => b'i',
            b'B' | b'H' | b'I' | b'L' | b'Q' | b'N' => b'u',
            b'e' | b'f' | b'd' => b'f',
            _ => return None,
        };
        Some((Self::of(kind, size)?, is_swapped && size > 1))
    }
}

/// Integers up to this magnitude are converted by [`narrow`].
pub(crate) const NARROW: i64 = 1 << 51;

/// An integer of at most [`NARROW`] as a double: the low bits of one between 2^52 and 2^53, which every processor does by vectors;
/// AVX-512 alone has an instruction.
#[inline(always)]
pub(crate) fn narrow(integer: i64) -> f64 {
    const MIDDLE: f64 = 6_755_399_441_055_744.0; // 1.5 * 2^52
    f64::from_bits(integer.wrapping_add(MIDDLE.to_bits() as i64) as u64) - MIDDLE
}

/// An integer that [`narrow`] converts.
#[derive(Debug, Clone, Copy)]
#[repr(transparent)]
pub(crate) struct Narrow(i64);

impl From<Narrow> for f64 {
    #[inline(always)]
    fn from(integer: Narrow) -> Self {
        narrow(integer.0)
    }
}

/// A number as it lies in memory: any bits are one.
pub(crate) trait Stored: Copy + 'static {
    /// The number whose bytes are in the opposite order.
    fn swapped(self) -> Self;
    /// As a double: the same number, but for integers beyond 2^53, which are rounded.
    fn to_f64(self) -> f64;

    /// Reads one.
    ///
    /// # Safety
    /// `size_of::<Self>()` bytes may be read at `place`, which need not be aligned.
    #[inline(always)]
    unsafe fn load<const SWAPPED: bool>(place: *const u8) -> Self {
        // SAFETY: by this function's own contract; any bits are a number.
        let stored = unsafe { place.cast::<Self>().read_unaligned() };
        if SWAPPED { stored.swapped() } else { stored }
    }
}

macro_rules! stored {
    ($($integer:ty)*) => {$(
        impl Stored for $integer {
            #[inline(always)]
            fn swapped(self) -> Self {
                self.swap_bytes()
            }
            #[inline(always)]
            fn to_f64(self) -> f64 {
                self as f64
            }
        }
    )*};
}
stored!(i8 i16 i32 i64 u8 u16 u32 u64);

impl Stored for f64 {
    #[inline(always)]
    fn swapped(self) -> Self {
        Self::from_bits(self.to_bits().swap_bytes())
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        self
    }
}

impl Stored for f32 {
    #[inline(always)]
    fn swapped(self) -> Self {
        Self::from_bits(self.to_bits().swap_bytes())
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        f64::from(self)
    }
}

/// A byte that is true where it is not 0.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct Truth(u8);

impl Stored for Truth {
    #[inline(always)]
    fn swapped(self) -> Self {
        self
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        f64::from(u8::from(self.0 != 0))
    }
}

/// A float of 16 bits, IEEE 754's binary16.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct Half(u16);

impl Stored for Half {
    #[inline(always)]
    fn swapped(self) -> Self {
        Self(self.0.swap_bytes())
    }
    /// 5 bits of exponent and 10 of fraction become 11 and 52, exactly: 2^-24 is the unit of subnormal ones.
    fn to_f64(self) -> f64 {
        let (exponent, fraction) = (u64::from(self.0 >> 10 & 31), u64::from(self.0 & 1023));
        let magnitude = match exponent {
            0 => fraction as f64 / f64::from(1 << 24),
            31 => f64::from_bits(2047 << 52 | fraction << 42),
            _ => f64::from_bits((exponent + 1023 - 15) << 52 | fraction << 42),
        };
        if self.0 >> 15 == 1 { -magnitude } else { magnitude }
    }
}

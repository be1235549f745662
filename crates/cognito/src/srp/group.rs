//! Arithmetic of the group: numbers modulo RFC 5054's 3072-bit `N`.
//!
//! Own code, for it is most of what a sign-in computes: a library for numbers of any size and modulus takes several times as
//! long in WebAssembly, and brings more bytes. What helps here:
//!
//! * Limbs of 28 bits. A column of a product is a sum of up to 224 products of two limbs, which fits into 64 bits, so that
//!   nothing is carried before the column is complete.
//! * Tiles of four limbs: 16 products for eight limbs that are read. One small function adds them up, for everything here: a
//!   browser has soon optimized it, and changes over at its next call.
//! * `N` ends in 64 ones, so that `-1 / N` modulo 2^28, the factor of a Montgomery reduction, is 1.
//! * Montgomery's `R` is 2^3136, 2^64 times what `N` is: values stay below `2N` by themselves and are reduced at the end only.
//!
//! Nothing branches on a value or reads memory at a place that depends on one, and values are wiped when dropped. Tests
//! compare each operation with another library's.

use alloc::{boxed::Box, vec::Vec};

use ctutils::{Choice, CtEq as _};
use zeroize::Zeroizing;

/// Bytes of a number of the group.
pub const BYTES: usize = 384;

const LIMB_BITS: u32 = 28;
const LIMBS: usize = 112;
const MASK: u32 = (1 << LIMB_BITS) - 1;
/// The power of two that `R` is.
const R_BITS: u32 = LIMB_BITS * LIMBS as u32;

/// The limbs of a number, the lowest first.
type Limbs = [u32; LIMBS];

/// Limbs that are multiplied with as many others at once.
type Tile = [u32; TILE];
const TILE: usize = 4;
const TILES: usize = LIMBS / TILE;
/// The columns of a product of two tiles. The upper three are lower ones of the next tile.
type Columns = [u64; 2 * TILE - 1];

static N: Limbs = limbs(&unhex(
    b"ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd\
      ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed\
      ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f\
      83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b\
      e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa0510\
      15728e5a8aaac42dad33170d04507a33a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7\
      abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864d87602733ec86a64521f2b18177b200c\
      bbe117577a615d6c770988c0bad946e208e24fa074e5ab3143db5bfce0fd108e4b82d120a93ad2caffffffffffffffff",
));
static N_AND_1: Limbs = {
    let mut limbs = N;
    // The 64 ones carry through two limbs and eight bits of the third.
    limbs[0] = 0;
    limbs[1] = 0;
    limbs[2] += 1;
    limbs
};

const fn unhex(digits: &[u8; 2 * BYTES]) -> [u8; BYTES] {
    const fn digit(digit: u8) -> u8 {
        match digit {
            b'0'..=b'9' => digit - b'0',
            _ => digit - b'a' + 10,
        }
    }
    let mut bytes = [0; BYTES];
    let mut i = 0;
    while i < BYTES {
        bytes[i] = digit(digits[2 * i]) << 4 | digit(digits[2 * i + 1]);
        i += 1;
    }
    bytes
}

/// The limbs of a big-endian number.
const fn limbs(bytes: &[u8; BYTES]) -> Limbs {
    let mut limbs = [0; LIMBS];
    let (mut bits, mut held, mut limb) = (0u64, 0, 0);
    let mut i = BYTES;
    while i > 0 {
        i -= 1;
        bits |= (bytes[i] as u64) << held;
        held += 8;
        if held >= LIMB_BITS {
            limbs[limb] = bits as u32 & MASK;
            bits >>= LIMB_BITS;
            held -= LIMB_BITS;
            limb += 1;
        }
    }
    limbs[limb] = bits as u32;
    limbs
}

fn tiles(limbs: &Limbs) -> &[Tile] {
    limbs.as_chunks().0
}

/// Adds the products of `count` tiles of two numbers, from `first_of_a` and `first_of_b` on: the first of `a` with the last of
/// `b`, and so on. It makes the slices itself: made by each caller, they take a good part of the time.
#[inline(never)]
fn add_products(
    columns: &mut Columns,
    (a, first_of_a): (&Limbs, usize),
    (b, first_of_b): (&Limbs, usize),
    count: usize,
) {
    let a = &tiles(a)[first_of_a..][..count];
    let b = &tiles(b)[first_of_b..][..count];
    // A copy can be in registers.
    let mut sums = *columns;
    for (a, b) in a.iter().zip(b.iter().rev()) {
        sums[0] += product(a[0], b[0]);
        sums[1] += product(a[0], b[1]) + product(a[1], b[0]);
        sums[2] += product(a[0], b[2]) + product(a[1], b[1]) + product(a[2], b[0]);
        sums[3] += product(a[0], b[3]) + product(a[1], b[2]);
        sums[3] += product(a[2], b[1]) + product(a[3], b[0]);
        sums[4] += product(a[1], b[3]) + product(a[2], b[2]) + product(a[3], b[1]);
        sums[5] += product(a[2], b[3]) + product(a[3], b[2]);
        sums[6] += product(a[3], b[3]);
    }
    *columns = sums;
}

#[inline(always)]
fn product(a: u32, b: u32) -> u64 {
    u64::from(a) * u64::from(b)
}

/// The limb of a column that is complete, which leaves what it carries.
#[inline(always)]
fn limb(column: &mut u64) -> u32 {
    let limb = *column as u32 & MASK;
    *column >>= LIMB_BITS;
    limb
}

/// Montgomery's reduction of a product, whose columns `add` adds, those of one tile at a time: the product divided by `R`
/// modulo `N`, less than `2N` if the product is less than `R` times `N`.
#[inline(always)]
fn reduced(add: impl Fn(&mut Columns, usize)) -> Element {
    // What `N` is multiplied by to clear the lower columns. A multiple of `N` is that of `N + 1`, whose lowest two limbs are
    // zero, without the factor itself, which takes away the column's bits that it was made of.
    let mut factors: Zeroizing<Limbs> = Zeroizing::new([0; LIMBS]);
    let (n2, n3) = (N_AND_1[2], N_AND_1[3]);
    let mut columns: Zeroizing<Columns> = Zeroizing::default();
    let mut sum = 0;
    for i in 0..TILES {
        add(&mut columns, i);
        add_products(&mut columns, (&factors, 0), (&N_AND_1, 1), i);
        sum += columns[0];
        let f0 = limb(&mut sum);
        sum += columns[1];
        let f1 = limb(&mut sum);
        sum += columns[2] + product(f0, n2);
        let f2 = limb(&mut sum);
        sum += columns[3] + product(f0, n3) + product(f1, n2);
        let f3 = limb(&mut sum);
        factors.as_chunks_mut().0[i] = [f0, f1, f2, f3];
        *columns = [
            columns[4] + product(f1, n3) + product(f2, n2),
            columns[5] + product(f2, n3) + product(f3, n2),
            columns[6] + product(f3, n3),
            0,
            0,
            0,
            0,
        ];
    }
    let mut result = Element::zero();
    let results: &mut [Tile] = result.0.as_chunks_mut().0;
    for (i, result) in results.iter_mut().enumerate() {
        add(&mut columns, TILES + i);
        add_products(
            &mut columns,
            (&factors, i + 1),
            (&N_AND_1, i + 1),
            TILES - 1 - i,
        );
        for (limb_of_result, column) in result.iter_mut().zip(&*columns) {
            sum += column;
            *limb_of_result = limb(&mut sum);
        }
        *columns = [columns[4], columns[5], columns[6], 0, 0, 0, 0];
    }
    result
}

/// All ones or none.
fn mask(choice: Choice) -> u32 {
    0u32.wrapping_sub(u32::from(choice.to_u8()))
}

/// A number of the group, in Montgomery's form: its product with `R` modulo `N`, or that and a small multiple of `N`.
#[derive(Clone)]
pub struct Element(Zeroizing<Limbs>);

impl Element {
    fn zero() -> Self {
        Self(Zeroizing::new([0; LIMBS]))
    }

    /// 1.
    fn one() -> Self {
        // `R` modulo `N`: as 2^3072 is `N` and a small rest, it is 2^64 times that rest, two limbs and eight bits further up.
        let mut one = Self::zero();
        let mut carry = 0;
        for (i, (limb, n)) in one.0[2..].iter_mut().zip(&N).enumerate() {
            let top = if i == LIMBS - 3 { 1 << 20 } else { 0 };
            carry += (top - i64::from(*n)) << 8;
            *limb = carry as u32 & MASK;
            carry >>= LIMB_BITS;
        }
        one
    }

    /// Times `g`, which is 2, where `mask` is all ones; unchanged where it is none. Less than `4N` if it was less than `2N`.
    fn double(&mut self, mask: u32) {
        let mut carry = 0;
        for limb in self.0.iter_mut() {
            carry += *limb + (*limb & mask);
            *limb = carry & MASK;
            carry >>= LIMB_BITS;
        }
    }

    /// A big-endian number modulo `N`.
    pub fn of(number: &[u8; BYTES]) -> Self {
        // `R`, a power of two: in Montgomery's form it is what brings numbers into that form.
        let mut square_of_r = Self::one();
        // The first 49 bits of it have room above `N`, and the squares are below `2N` again.
        for _ in 0..R_BITS >> 6 {
            square_of_r.double(u32::MAX);
        }
        for _ in 0..6 {
            square_of_r.square();
        }
        Self(Zeroizing::new(limbs(number))).times(&square_of_r)
    }

    /// The product with another number.
    pub fn times(&self, other: &Self) -> Self {
        let (a, b) = (&self.0, &other.0);
        reduced(|columns, i| {
            let (first, end) = ((i + 1).saturating_sub(TILES), (i + 1).min(TILES));
            add_products(columns, (a, first), (b, first), end - first);
        })
    }

    fn square(&mut self) {
        let a = &self.0;
        let square = reduced(|columns, i| {
            let first = (i + 1).saturating_sub(TILES);
            // The product of two different tiles is there twice.
            let half = i.div_ceil(2);
            let mut once: Zeroizing<Columns> = Zeroizing::default();
            add_products(&mut once, (a, first), (a, i + 1 - half), half - first);
            for (column, once) in columns.iter_mut().zip(&*once) {
                *column += 2 * once;
            }
            add_products(columns, (a, half), (a, half), i + 1 - 2 * half);
        });
        *self = square;
    }

    /// The difference to another number, less than `4N`; products can take it.
    pub fn minus(&self, other: &Self) -> Self {
        let mut difference = Self::zero();
        let mut carry = 0;
        for (((limb, a), b), n) in difference.0.iter_mut().zip(&*self.0).zip(&*other.0).zip(&N) {
            carry += i64::from(*a) + 2 * i64::from(*n) - i64::from(*b);
            *limb = carry as u32 & MASK;
            carry >>= LIMB_BITS;
        }
        difference
    }

    /// The number itself, less than `N`.
    fn value(&self) -> Zeroizing<Limbs> {
        // Times 1, and out of Montgomery's form: at most `N`.
        let a = &self.0;
        let Self(value) = reduced(|columns, i| {
            for (column, limb) in columns
                .iter_mut()
                .zip(tiles(a).get(i).into_iter().flatten())
            {
                *column += u64::from(*limb);
            }
        });
        let mut less: Zeroizing<Limbs> = Zeroizing::new([0; LIMBS]);
        let mut carry = 0;
        for ((limb, a), n) in less.iter_mut().zip(&*value).zip(&N) {
            carry += i64::from(*a) - i64::from(*n);
            *limb = carry as u32 & MASK;
            carry >>= LIMB_BITS;
        }
        let is_less = mask(carry.ct_eq(&-1));
        for (limb, value) in less.iter_mut().zip(&*value) {
            *limb ^= (*limb ^ value) & is_less;
        }
        less
    }

    /// The number, big-endian.
    pub fn to_bytes(&self) -> [u8; BYTES] {
        let mut bytes = [0; BYTES];
        let (mut bits, mut held) = (0u64, 0);
        let value = self.value();
        let mut limbs = value.iter();
        for byte in bytes.iter_mut().rev() {
            if held < 8 {
                bits |= limbs.next().map_or(0, |limb| u64::from(*limb)) << held;
                held += LIMB_BITS;
            }
            *byte = bits as u8;
            bits >>= 8;
            held -= 8;
        }
        bytes
    }

    /// The number, big-endian, where it is a secret.
    pub fn to_secret_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(Zeroizing::new(self.to_bytes()).to_vec())
    }
}

/// Bits of an exponent that one multiplication deals with.
const WINDOW: usize = 4;
/// Windows between two pauses: 160 multiplications, a millisecond of WebAssembly on a laptop and a few until the browser has
/// optimized it. A device that takes ten times as long still answers its user in time.
const WINDOWS_PER_STEP: usize = 32;

/// A power under way, by windows of the exponent from its top.
///
/// Time and memory accesses depend on the exponent's length alone: each window multiplies, and reads the whole table.
pub struct Power {
    /// The base's powers from 0 on. None for `g`: a doubling for each bit is less than a multiplication for each window.
    table: Vec<Element>,
    /// Big-endian.
    exponent: Zeroizing<Vec<u8>>,
    value: Element,
    /// How many windows are left.
    left: usize,
}

impl Power {
    /// The exponent is big-endian; its length may be known.
    pub fn new(base: &Element, exponent: &[u8]) -> Box<Self> {
        let mut table = Vec::with_capacity(1 << WINDOW);
        let mut power = Element::one();
        for _ in 1..1 << WINDOW {
            let next = power.times(base);
            table.push(power);
            power = next;
        }
        table.push(power);
        Self::by(table, exponent)
    }

    /// A power of `g`.
    pub fn of_generator(exponent: &[u8]) -> Box<Self> {
        Self::by(Vec::new(), exponent)
    }

    fn by(table: Vec<Element>, exponent: &[u8]) -> Box<Self> {
        Box::new(Self {
            table,
            exponent: Zeroizing::new(exponent.to_vec()),
            value: Element::one(),
            left: 2 * exponent.len(),
        })
    }

    /// Deals with some windows; `None` as long as there are more.
    fn step(&mut self) -> Option<Element> {
        for _ in 0..self.left.min(WINDOWS_PER_STEP) {
            let byte = self.exponent[self.exponent.len() - self.left.div_ceil(2)];
            self.left -= 1;
            let window = if self.left.is_multiple_of(2) {
                byte & 0xf
            } else {
                byte >> 4
            };
            for bit in (0..WINDOW).rev() {
                self.value.square();
                if self.table.is_empty() {
                    self.value.double(mask((window >> bit & 1).ct_eq(&1)));
                }
            }
            if self.table.is_empty() {
                continue;
            }
            let mut factor = Element::zero();
            for (index, entry) in (0u8..).zip(&self.table) {
                let mask = mask(index.ct_eq(&window));
                for (limb, entry) in factor.0.iter_mut().zip(&*entry.0) {
                    *limb |= entry & mask;
                }
            }
            self.value = self.value.times(&factor);
        }
        (self.left == 0).then(|| self.value.clone())
    }

    /// Goes through to the end.
    pub fn run(mut self: Box<Self>) -> Element {
        loop {
            if let Some(value) = self.step() {
                return value;
            }
        }
    }

    /// Goes through to the end, with a `pause` now and then.
    pub async fn run_in_steps(mut self: Box<Self>, pause: &impl AsyncFn()) -> Box<Element> {
        loop {
            match self.step().map(Box::new) {
                Some(value) => return value,
                None => pause().await,
            }
        }
    }
}

#[cfg(all(test, not(target_family = "wasm")))]
#[allow(clippy::unwrap_used)] // a test that cannot go on has failed
mod tests {
    use num_bigint::BigUint;
    use proptest::prelude::*;

    use super::*;

    fn n() -> BigUint {
        big(&Element::zero().minus(&Element::one()).to_bytes()) + 1u8
    }

    fn big(bytes: &[u8]) -> BigUint {
        BigUint::from_bytes_be(bytes)
    }

    fn bytes(number: &BigUint) -> [u8; BYTES] {
        let digits = number.to_bytes_be();
        let mut bytes = [0; BYTES];
        bytes[BYTES - digits.len()..].copy_from_slice(&digits);
        bytes
    }

    /// Numbers of all sizes, near the ends of the range too.
    fn number() -> impl Strategy<Value = [u8; BYTES]> {
        let digits = prop_oneof![
            prop::collection::vec(any::<u8>(), 0..=BYTES),
            prop::collection::vec(prop_oneof![Just(0), Just(0xff), Just(1)], BYTES),
        ];
        let near = (0u8..3, 0u8..3, any::<bool>()).prop_map(|(times, off, above)| {
            let number = n() * times % (BigUint::from(1u8) << (8 * BYTES));
            bytes(&match above {
                true => number + off,
                false => number - BigUint::from(off).min(n() * times),
            })
        });
        prop_oneof![8 => digits.prop_map(|digits| bytes(&big(&digits))), 1 => near]
    }

    #[test]
    fn the_modulus_is_the_groups() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/data/srp-vectors.json")).unwrap();
        let digits = vectors["N"].as_str().unwrap().as_bytes();
        let expected = BigUint::parse_bytes(digits, 16).unwrap();
        assert_eq!(n(), expected);
        assert_eq!(Element::of(&bytes(&expected)).to_bytes(), [0; BYTES]);
    }

    /// Rows of the largest limbs there can be: every column's sum fits.
    #[test]
    fn the_largest_columns_do_not_overflow() {
        let largest = Element(Zeroizing::new([MASK; LIMBS]));
        let doubled = largest.times(&largest);
        let mut squared = largest.clone();
        squared.square();
        assert_eq!(doubled.to_bytes(), squared.to_bytes());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn products_and_differences_are_those_of_big_integers(a in number(), b in number()) {
            let (of_a, of_b) = (Element::of(&a), Element::of(&b));
            let (a, b, n) = (big(&a), big(&b), n());
            prop_assert_eq!(big(&of_a.to_bytes()), &a % &n);
            prop_assert_eq!(big(&of_a.times(&of_b).to_bytes()), &a * &b % &n);
            let difference = of_a.minus(&of_b);
            prop_assert_eq!(big(&difference.to_bytes()), (&a + &n - &b % &n) % &n);
            let mut double = of_a.clone();
            double.double(0);
            prop_assert_eq!(big(&double.to_bytes()), &a % &n);
            double.double(u32::MAX);
            prop_assert_eq!(big(&double.to_bytes()), &a * 2u8 % &n);
            let mut square = difference;
            square.square();
            prop_assert_eq!(big(&square.to_bytes()), (&a + &n - &b % &n).pow(2) % &n);
        }

        #[test]
        fn powers_are_those_of_big_integers(
            base in number(),
            exponent in prop::collection::vec(any::<u8>(), 0..100),
        ) {
            let power = Power::new(&Element::of(&base), &exponent).run();
            let expected = big(&base).modpow(&big(&exponent), &n());
            prop_assert_eq!(big(&power.to_bytes()), expected);
            let power = Power::of_generator(&exponent).run();
            let expected = BigUint::from(2u8).modpow(&big(&exponent), &n());
            prop_assert_eq!(big(&power.to_bytes()), expected);
        }
    }
}

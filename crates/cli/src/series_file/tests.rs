use super::*;

fn read(name: &str, content: &[u8], column: Option<&str>) -> Result<Vec<f64>, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    let error = |error: SeriesError| error.to_string().replace(&path.display().to_string(), name);
    SeriesFile::read(&path, column).map(|file| file.values).map_err(error)
}

fn npy(header: &str, data: &[u8]) -> Vec<u8> {
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend(u16::try_from(header.len()).unwrap().to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

#[test]
fn text_is_a_number_a_line_or_the_numbers_of_one_line() {
    #[rustfmt::skip]
    let table: &[(&str, &str, Option<&str>, &[f64])] = &[
        ("x.txt", "1\n2.5\n\n# a comment\n-3e2\n", None, &[1.0, 2.5, -300.0]),
        ("x.txt", "1 2 3", None, &[1.0, 2.0, 3.0]),
        ("x.csv", "1,2,3", None, &[1.0, 2.0, 3.0]),
        ("x.csv", "value\n1\n2\n", None, &[1.0, 2.0]),
        ("x.csv", "\u{feff}t,x\n0,5\n1,6\n", Some("x"), &[5.0, 6.0]),
        ("x.csv", "t,x\n0,5\n1,6\n", Some("2"), &[5.0, 6.0]),
        ("x.csv", "t;x\n0;5\n1;6\n", Some("t"), &[0.0, 1.0]),
        ("x.csv", "\"a \"\"b\"\"\",x\n\"1\",2\n", Some("1"), &[1.0]),
        ("x.csv", "2024-01-01,1.5\n2024-01-02,2.5\n", Some("2"), &[1.5, 2.5]),
        ("x.csv", "2024-01-01,2\n2024-01-02,3\n", Some("2"), &[2.0, 3.0]),
        ("x.csv", "2,speed\n3,4\n", Some("2"), &[4.0]),
        ("x.csv", "t,2020\n1,7\n", Some("2020"), &[7.0]),
        ("x.csv", ",x\n0,5\n1,6\n", Some("1"), &[0.0, 1.0]),
        ("x.csv", "note,x\n\"two\nlines\",5\n,\nnone,6\n", Some("x"), &[5.0, 6.0]),
        ("x.csv", "1,2,3\n,,\n", None, &[1.0, 2.0, 3.0]),
        ("x.csv", "x\r1\r2\r", None, &[1.0, 2.0]),
        ("x.tsv", "1\t2\r\n3\t4\r\n", Some("2"), &[2.0, 4.0]),
        ("x.dat", "0 5\n1 6\n", Some("2"), &[5.0, 6.0]),
        ("x.txt", "inf\n1", None, &[f64::INFINITY, 1.0]),
        ("x.txt", "speed lap\n1 2\n", Some("speed"), &[1.0]),
        ("x.csv", "t;x\n0;1,5\n1;-0,25\n", Some("x"), &[1.5, -0.25]),
        ("x.csv", "sep=;\nt;x\n0;5\n", Some("x"), &[5.0]),
        ("x.csv", "\"t, s\",x\n0,5\n", Some("x"), &[5.0]),
    ];
    for (name, content, column, expected) in table {
        assert_eq!(read(name, content.as_bytes(), *column).as_deref(), Ok(*expected), "{content:?}");
    }
}

#[test]
fn what_is_no_number_is_named_with_its_line() {
    #[rustfmt::skip]
    let table: &[(&str, &[u8], Option<&str>, &str)] = &[
        ("x.txt", b"1\n2\nthree\n", None, "x.txt, line 3: \"three\" is no number"),
        ("x.csv", b"t,x\n0,1\n1,\n", Some("x"), "x.csv, line 3: an empty cell: write nan where a value is missing"),
        ("x.csv", b"t,x\n0,1\n1\n", Some("x"), "x.csv, line 3: 1 columns, none of them number 2"),
        ("x.csv", b"t,x\n0,1\n", None, "x.csv: 2 columns (t, x): choose a column"),
        ("x.csv", b"t,x\n0,1\n", Some("y"), "no such column in x.csv: 2 columns (t, x)"),
        ("x.csv", b"2024,\n2025,1\n", Some("2"), "x.csv, line 1: an empty cell: write nan where a value is missing"),
        ("x.txt", b"NA\n1\n2\n", None, "x.txt, line 1: \"NA\" is no number"),
        ("x.txt", b"1,5\n2\n", None, "x.txt, line 1: \"1,5\" is no number: its decimals stand after a comma, write a point"),
        ("x.txt", b"1\n1,5\n", None, "x.txt, line 2: \"1,5\" is no number: its decimals stand after a comma, write a point"),
        ("x.txt", "1\n\u{2212}5\n".as_bytes(), None, "x.txt, line 2: \"\u{2212}5\" is no number: its minus is the sign U+2212, write \
          the hyphen of a keyboard"),
        ("x.csv", "\u{2212}5e0\n1\n".as_bytes(), None, "x.csv, line 1: \"\u{2212}5e0\" is no number: its minus is the sign U+2212, write \
          the hyphen of a keyboard"),
        ("x.csv", b"1O\n2\n3\n", None, "x.csv, line 1: \"1O\" is no number"),
        ("x.csv", b"-l.5,2\n3,4\n", Some("1"), "x.csv, line 1: \"-l.5\" is no number"),
        ("x.txt", b"value\n1\n2\n", None, "x.txt, line 1: \"value\" is no number"),
        ("x.txt", b"x 2\n1 3\n", Some("1"), "x.txt, line 1: \"x\" is no number"),
        ("x.csv", b"NA\n1\n2\n", None, "x.csv, line 1: \"NA\" is no number"),
        ("x.csv", b"n/a,1\n2,3\n", Some("1"), "x.csv, line 1: \"n/a\" is no number"),
        ("x.csv", b"2024-01-01,1\n2,3\n", Some("1"), "x.csv, line 1: \"2024-01-01\" is no number"),
        ("x.csv", b"1.5;1,5\n", None, "x.csv, line 1: \"1,5\" is no number: its decimals stand after a comma, write a point"),
        ("x.csv", b"a;b\n1,234;0\n", Some("1"), "x.csv: do commas stand before decimals or thousands? write points"),
        ("x.csv", b"a,b\n1,\"2\n", Some("1"), "x.csv: line 2: a quote opens a cell and does not close it: double quotes \
          inside of cells, or take them out"),
        ("x.csv", b"", None, "x.csv: it holds no numbers"),
        ("x.txt", b"hello", None, "x.txt, line 1: \"hello\" is no number"),
        ("x.txt", b"1\n\xff\n", None, "x.txt, line 2: it is neither a NumPy array nor text in UTF-8"),
        ("x.npy", b"1\n2\n", None, "x.npy: it does not begin as a NumPy array does"),
    ];
    for (name, content, column, expected) in table {
        assert_eq!(read(name, content, *column), Err((*expected).to_owned()));
    }
}

#[test]
fn an_array_of_any_number_type_and_byte_order_is_read() {
    let header = |descr: &str, shape: &str| {
        format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n")
    };
    let doubles: Vec<u8> = [1.5_f64, -2.0].iter().flat_map(|value| value.to_le_bytes()).collect();
    assert_eq!(read("x.npy", &npy(&header("<f8", "(2,)"), &doubles), None), Ok(vec![1.5, -2.0]));
    assert_eq!(
        read("x", &npy(&header("<f8", "(2, 1)"), &doubles), None),
        Ok(vec![1.5, -2.0]),
        "by its magic"
    );
    assert_eq!(read("x.npy", &npy(&header("<f8", "(1, 2)"), &doubles), Some("2")), Ok(vec![-2.0]));
    assert_eq!(read("x.npy", &npy(&header(">i2", "(2,)"), &[0, 7, 0xff, 0xff]), None), Ok(vec![7.0, -1.0]));
    assert_eq!(read("x.npy", &npy(&header("|u1", "(2,)"), &[7, 255]), None), Ok(vec![7.0, 255.0]));
    let by_columns = header("|u1", "(2, 2)").replace("False", "True");
    assert_eq!(read("x.npy", &npy(&by_columns, &[1, 2, 3, 4]), Some("2")), Ok(vec![3.0, 4.0]));
    let refused = |bytes: Vec<u8>| read("x.npy", &bytes, None).unwrap_err();
    assert!(refused(npy(&header("<f8", "(1, 2)"), &doubles)).contains("columns 1 to 2: choose a column"));
    assert!(refused(npy(&header("<U5", "(2,)"), &doubles)).contains("an array of <U5"));
    assert!(refused(npy(&header("|O", "(2,)"), &doubles)).contains("an array of |O"));
    let half = refused(npy(&header("<f2", "(2,)"), &[0, 0x3c, 0, 0x3c]));
    assert!(
        half.contains("an array of <f2")
            && half.contains("float64, float32")
            && half.contains("astype(float)")
    );
    assert!(refused(npy(&header("<f8", "(2, 1, 1)"), &doubles)).contains("3 dimensions"));
    assert!(refused(npy(&header("<f8", "(3,)"), &doubles)).contains("16 bytes"));
    assert!(refused(npy(&header("<f8", "(0,)"), &[])).contains("no numbers"));
    assert!(refused(b"\x93NUMPY\x01\x00\xff\xff{".to_vec()).contains("cut off"));
}

#[test]
fn what_has_no_end_is_not_read_to_its_end() {
    let read = |file: &mut dyn Read| at_most(file, 3).expect("memory can be read");
    assert_eq!(read(&mut std::io::repeat(7)), None);
    assert_eq!(read(&mut &b"123"[..]), Some(b"123".to_vec()));
}

package ledger

import "testing"

// E157
func TestSymbols(t *testing.T) {
	for in, want := range map[string]string{
		"A/RES/70/125":                  "A/RES/70/125",
		" a/res/70/125. ":               "A/RES/70/125",
		"A / RES / 79 / 1":              "A/RES/79/1",
		"UN Doc. E/2024/31":             "E/2024/31",
		"UN document A/79/62–E/2024/3":  "A/79/62-E/2024/3",
		"WSIS-05/TUNIS/DOC/6(Rev.1)":    "WSIS-05/TUNIS/DOC/6(Rev.1)",
		"WSIS‑03/GENEVA/DOC/4 (rev. 1)": "WSIS-03/GENEVA/DOC/4(Rev.1)",
		"E/CN.16/2024/2/Add.1":          "E/CN.16/2024/2/Add.1",
		"http://www.un.org/ga/search/view_doc.asp?symbol=A/RES/70/125": "A/RES/70/125",
		"https://undocs.org/en/A/RES/79/1":                             "A/RES/79/1",
		"https://docs.un.org/A/79/L.2":                                 "A/79/L.2",
		"Resolution A/RES/65/141":                                      "A/RES/65/141",
	} {
		if got, ok := ParseSymbol(in); !ok || got.Text != want {
			t.Errorf("%q: %q, %v; want %q", in, got.Text, ok, want)
		}
	}
	for _, in := range []string{"", "A", "and/or", "70/125", "a page about A/RES/70/125 and more", "https://example.org/a/1", "//", "A//1", "A/RES/70/125/"} {
		if got, ok := ParseSymbol(in); ok {
			t.Errorf("%q was taken for %q", in, got.Text)
		}
	}
	one, _ := ParseSymbol("WSIS-05/TUNIS/DOC/6(Rev.1)")
	two, _ := ParseSymbol("WSIS-05/TUNIS/DOC/6/Rev.1")
	if one.Key == "" || one.Key != two.Key {
		t.Errorf("two ways to write one symbol: %q, %q", one.Key, two.Key)
	}
}

func FuzzParseSymbol(f *testing.F) {
	for _, s := range []string{"A/RES/70/125", "WSIS-05/TUNIS/DOC/6(Rev.1)", "https://undocs.org/en/A/RES/79/1", "view_doc.asp?symbol=A/RES/70/125", "\x00／–", "А/РЕС/1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		sym, ok := ParseSymbol(s)
		if !ok {
			if sym != (Symbol{}) {
				t.Fatalf("%q: no symbol, but %+v", s, sym)
			}
			return
		}
		again, ok := ParseSymbol(sym.Text)
		if !ok || again != sym {
			t.Fatalf("%q: %+v read again is %+v, %v", s, sym, again, ok)
		}
	})
}

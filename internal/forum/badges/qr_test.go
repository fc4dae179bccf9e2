package badges

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/boombuler/barcode/qr"
)

func keysOf(t testing.TB, seed string) *Keys {
	t.Helper()
	k, err := NewKeys(bytes.Repeat([]byte(seed), 32)[:32])
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func codeOf(serial int) Code {
	return Code{Edition: EditionTag("0198a0aa-0000-7000-8000-000000000001"), Registration: "0198a0aa-1111-7111-8111-111111111111", Serial: serial, Day: 20752}
}

// What was signed is read as it was, whatever a scanner makes of its letters; the same badge
// has the same code, also after a restart.
func TestCode(t *testing.T) {
	k := keysOf(t, "a")
	for _, serial := range []int{1, 2, 70000, 1<<31 - 1} {
		text, err := k.Sign(codeOf(serial))
		if err != nil {
			t.Fatal(err)
		}
		again, _ := keysOf(t, "a").Sign(codeOf(serial))
		if text != again {
			t.Error("the same badge has two codes")
		}
		for _, typed := range []string{text, strings.ToLower(text), " " + text + "\r\n", strings.Replace(text, ":", "Ö", 1), text[:20] + " " + text[20:]} {
			c, err := k.Read(typed)
			if err != nil || c != codeOf(serial) {
				t.Errorf("%q is read as %+v: %v", typed, c, err)
			}
		}
		m, err := qr.Encode(text, qr.M, qr.AlphaNumeric)
		if err != nil {
			t.Fatal(err)
		}
		if n := m.Bounds().Dx(); n > 41 {
			t.Errorf("the picture has %d squares a side", n)
		}
	}
}

// No code with another bit is good, and none that another forum signed.
func TestForged(t *testing.T) {
	k := keysOf(t, "a")
	text, err := k.Sign(codeOf(3))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := keysOf(t, "b").Read(text); !errors.Is(err, ErrForged) {
		t.Errorf("the code of another forum: %v", err)
	}
	b, err := letters.DecodeString(strings.TrimPrefix(text, Prefix))
	if err != nil {
		t.Fatal(err)
	}
	for bit := range len(b) * 8 {
		bad := bytes.Clone(b)
		bad[bit/8] ^= 1 << (bit % 8)
		if _, err := k.Read(Prefix + letters.EncodeToString(bad)); err == nil {
			t.Fatalf("bit %d may be anything", bit)
		}
	}
	for _, bad := range []string{"", "PLB1:", "PLB1", "PLB1:AAAA", "PLB2:" + text[5:], text + "A", text[:len(text)-1], "https://example.org", strings.Repeat("A", 2000), text[:len(text)-1] + "B"} {
		if c, err := k.Read(bad); err == nil {
			t.Errorf("%q is read as %+v", bad, c)
		}
	}
}

// The word beneath the code is typed in many ways, and nobody guesses another.
func TestWord(t *testing.T) {
	k := keysOf(t, "a")
	word := k.Word("0198a0aa-1111-7111-8111-111111111111", 1042, 1)
	for _, typed := range []string{word, strings.ToLower(word), " " + strings.ReplaceAll(word, "-", " ") + " ", strings.ReplaceAll(word, "-", ""), strings.ReplaceAll(word, "-", "–")} {
		n, got, ok := ReadWord(typed)
		if !ok || n != 1042 || got != word {
			t.Errorf("%q is read as %d %q", typed, n, got)
		}
	}
	if k.Word("0198a0aa-1111-7111-8111-111111111111", 1042, 2) == word || keysOf(t, "b").Word("0198a0aa-1111-7111-8111-111111111111", 1042, 1) == word {
		t.Error("two badges have one word")
	}
	for _, bad := range []string{"", "1042", "1042-ABC", "0042-ABCDEFG", "-ABCDEFG", "1042-ABCDEFI", "1042-ABCDEF0", "x1042-ABCDEFG", strings.Repeat("1", 200)} {
		if n, got, ok := ReadWord(bad); ok {
			t.Errorf("%q is read as %d %q", bad, n, got)
		}
	}
}

func FuzzCode(f *testing.F) {
	k := keysOf(f, "a")
	text, _ := k.Sign(codeOf(1))
	for _, s := range []string{text, "PLB1:", strings.ToLower(text), text[:50], "1042-ABCDEFG", "PLB1:\x00\xff", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if c, err := k.Read(s); err == nil {
			// Only what was signed here is read, and it is one thing.
			if again, err := k.Sign(c); err != nil || c != codeOf(1) && !strings.EqualFold(again, s) {
				t.Errorf("%q is read as %+v", s, c)
			}
		}
		if n, word, ok := ReadWord(s); ok {
			if again, w, ok := ReadWord(word); !ok || again != n || w != word {
				t.Errorf("%q is read as %d %q, and that as %d %q", s, n, word, again, w)
			}
		}
	})
}

// Names in any script and of any length stand in their box, and no letter is lost.
func TestFit(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	names := []string{
		"Ana", "Wolfeschlegelsteinhausenbergerdorff", strings.Repeat("Maximiliane ", 20), "الدكتورة فاطمة بنت عبد الرحمن آل سعود", "欧阳娜娜", strings.Repeat("漢字", 60),
		"ศาสตราจารย์", "Nguyễn Thị Hồng Nhung", "Ἀλέξανδρος", strings.Repeat("x", 250), "a b c d e f g h i j k l m n o p", "Привет-Длинная-Фамилия",
	}
	for range 300 {
		s := names[rng.IntN(len(names))] + " " + names[rng.IntN(len(names))]
		w, h, most, lines := 20+rng.Float64()*100, 5+rng.Float64()*50, 3+rng.Float64()*20, 1+rng.IntN(3)
		got, size := fit(s, w, h, most, lines)
		if len(got) > lines || float64(len(got))*size*lineHeight > h+0.001 || size > most {
			t.Errorf("%q in %.0f×%.0f: %d lines of %.2f", s, w, h, len(got), size)
		}
		for _, l := range got {
			if width(l, size) > w+0.001 {
				t.Errorf("%q in %.0f: line %q is %.1f wide", s, w, l, width(l, size))
			}
		}
		letters := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if letters(strings.Join(got, "")) != letters(s) {
			t.Errorf("%q became %q", s, got)
		}
	}
	if got, _ := fit("", 10, 10, 5, 1); got != nil {
		t.Error("nothing became something")
	}
}

// What is written on a badge is escaped, and every template holds what its design names.
func TestPicture(t *testing.T) {
	f := face{Edition: "Forum <1>", Dates: "1–5 Dec", Name: `"><script>alert(1)</script>`, Category: "Media & Press", Colour: 5, Organisation: "A & B", Country: "Kenya", Flags: []string{"Speaker"}, Word: "12-ABCDEFG", Describe: "Badge <of>"}
	f.Code, _ = keysOf(t, "a").Sign(codeOf(1))
	for _, tp := range Templates {
		d := usual("x")
		d.Template = tp.Code
		s, err := picture(&d, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"<script", "Forum <1>", "style="} {
			if strings.Contains(s, bad) {
				t.Errorf("%s holds %q", tp.Code, bad)
			}
		}
		for _, want := range []string{"Media &amp; Press", "A &amp; B", "12-ABCDEFG", "Speaker"} {
			if !strings.Contains(s, want) {
				t.Errorf("%s lacks %q", tp.Code, want)
			}
		}
		if len(s) > 16000 {
			t.Errorf("%s has %d bytes", tp.Code, len(s))
		}
		d.Lines = nil
		if s, err = picture(&d, f); err != nil || strings.Contains(s, "Speaker") || strings.Contains(s, "Kenya") {
			t.Errorf("%s shows lines that it was told to leave out: %v", tp.Code, err)
		}
	}
	if onColour("#000000") != "#ffffff" || onColour("#ffffff") != "#000000" {
		t.Error("no contrast")
	}
}

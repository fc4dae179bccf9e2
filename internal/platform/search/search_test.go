package search_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/search"
)

// open opens an index in a fresh folder and closes it at the end.
func open(t *testing.T) *search.Index {
	t.Helper()
	return openIn(t, t.TempDir())
}

func openIn(t *testing.T, dir string) *search.Index {
	t.Helper()
	x, err := search.Open(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	return x
}

// put updates with public documents, unless they say otherwise.
func put(t *testing.T, x *search.Index, docs ...search.Doc) {
	t.Helper()
	for i := range docs {
		if docs[i].Readers == nil {
			docs[i].Readers = []string{search.Public}
		}
	}
	if err := x.Update(docs, nil, x.Cursor()+1); err != nil {
		t.Fatal(err)
	}
}

// page is a document with a title and a body in one language.
func page(id, lang, title, body string) search.Doc {
	return search.Doc{ID: id, Title: core.NewText(lang, title), Body: core.NewText(lang, body)}
}

// ask asks as somebody who is signed out.
func ask(t *testing.T, x *search.Index, q search.Query) search.Result {
	t.Helper()
	if q.Readers == nil {
		q.Readers = []string{search.Public}
	}
	res, err := x.Search(t.Context(), q)
	if err != nil {
		t.Fatalf("%q: %v", q.Text, err)
	}
	return res
}

// ids are the documents found, best first, separated by spaces; the last word says when
// only some of the words were found.
func ids(t *testing.T, x *search.Index, text string) string {
	t.Helper()
	res := ask(t, x, search.Query{Text: text, Lang: "en"})
	out := idsOf(res)
	if res.Loosened {
		out += " loosened"
	}
	return out
}

func idsOf(res search.Result) string {
	out := make([]string, len(res.Hits))
	for i, h := range res.Hits {
		out[i] = h.ID
	}
	return strings.Join(out, " ")
}

func plainOf(ps []search.Piece) string {
	var b strings.Builder
	for _, p := range ps {
		b.WriteString(p.Text)
	}
	return b.String()
}

func markedOf(ps []search.Piece) string {
	var b strings.Builder
	for _, p := range ps {
		if p.Marked {
			b.WriteString("[" + p.Text + "]")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

// sixLanguages are sentences on one matter, one document for each.
var sixLanguages = []search.Doc{
	page("en", "en", "Bridging digital divides",
		"Participants stressed that multistakeholder governance of the Internet needs meaningful access for communities in remote regions. Policies on child safety were discussed at length."),
	page("fr", "fr", "Réduire les fractures numériques",
		"Les intervenants ont souligné que les gouvernances nationales doivent garantir l’égalité d’accès à l’Internet. Les câbles sous-marins et les réseaux locaux ont été évoqués."),
	page("es", "es", "Reducir las brechas digitales",
		"Los panelistas subrayaron que las políticas públicas deben proteger los derechos humanos en las redes sociales. Las organizaciones indígenas pidieron más participación de la niñez."),
	page("ru", "ru", "Преодоление цифрового разрыва",
		"Участники подчеркнули, что управление интернетом требует участия всех сторон. Ещё обсуждались вопросы кибербезопасности и защиты детей в сетях."),
	page("zh", "zh", "弥合数字鸿沟",
		"与会者强调，互联网治理需要多利益攸关方的参与。儿童在线保护和人工智能也是讨论的重点。"),
	page("ar", "ar", "سد الفجوة الرقمية",
		"أكد المشاركون أن حوكمة الإنترنت تحتاج إلى مشاركة المجتمعات المحلية. كما ناقشت الجلسة السياسات العامة وحماية الأطفال على الشبكات الاجتماعية."),
}

// E151: words find their other forms, in each language, whatever language the reader has.
func TestInflectedFormsAreFound(t *testing.T) {
	x := open(t)
	put(t, x, sixLanguages...)
	for _, c := range []struct{ text, want string }{
		{"participant", "en"},
		{"policy", "en"},
		{"community region", "en"},
		{"govern", "en"},
		{"GOVERNANCE", "en"},
		{"gouvernance", "fr"},
		{"gouvernances", "fr"},
		{"egalite", "fr"},
		{"égalité", "fr"},
		{"cable sous-marin", "fr"},
		{"intervenante", "fr"},
		{"l'accès", "fr"},
		{"politica publica", "es"},
		{"derecho humano", "es"},
		{"red social", "es"},
		{"organización", "es"},
		{"ninez", "es"},
		{"panelista", "es"},
		{"управления", "ru"},
		{"управлению интернета", "ru"},
		{"цифровой", "ru"},
		{"кибербезопасность", "ru"},
		{"еще", "ru"},
		{"сеть", "ru"},
		{"участник", "ru"},
		{"互联网", "zh"},
		{"治理", "zh"},
		{"互联网治理", "zh"},
		{"互联网的治理", "zh"},
		{"人工智能", "zh"},
		{"儿", "zh"},
		{"利益攸关方", "zh"},
		{"مشارك", "ar"},
		{"المجتمع", "ar"},
		{"سياسة", "ar"},
		{"والسياسات", "ar"},
		{"شبكة", "ar"},
		{"الحوكمة", "ar"},
		{"انترنت", "ar"},
		{"الأطْفال", "ar"},
	} {
		for _, lang := range []string{"en", "ar", ""} {
			res := ask(t, x, search.Query{Text: c.text, Lang: lang})
			got := strings.Fields(idsOf(res))
			slices.Sort(got)
			if strings.Join(got, " ") != c.want || res.Loosened {
				t.Errorf("%q in %q: found %v (loosened %v), want %s", c.text, lang, got, res.Loosened, c.want)
			}
		}
	}
}

// E151: letters and figures of other widths and scripts are the same letters and figures.
func TestWritingsOfOneThing(t *testing.T) {
	x := open(t)
	put(t, x,
		page("wide", "en", "ＩＧＦ annual meeting", "held in year ２０２３"),
		page("arabic", "ar", "الدورة ١٢", "عقدت في عام ٢٠٢٢"),
		page("double", "en", "Session 𝟙𝟠𝟜", "held"),
		page("soft", "en", "Inter\u00adoperability", "of o\u2019clock systems"),
	)
	for text, want := range map[string]string{
		"igf": "wide", "2023": "wide", "٢٠٢٣": "wide", "2022": "arabic", "12": "arabic", "184": "double",
		"interoperability": "soft", "o'clock": "soft", "ｉｎｔｅｒｏｐｅｒａｂｉｌｉｔｙ": "soft",
	} {
		if got := ids(t, x, text); got != want {
			t.Errorf("%q: found %q, want %q", text, got, want)
		}
	}
}

// E151: a reference is found in any spelling.
func TestReferences(t *testing.T) {
	x := open(t)
	put(t, x,
		search.Doc{ID: "a", Title: core.NewText("en", "Children online"), Names: []string{"ws184"}},
		search.Doc{ID: "b", Title: core.NewText("en", "IGF 2020 WS #184 Children's rights")},
		search.Doc{ID: "c", Title: core.NewText("en", "Data"), Names: []string{"WS 185"}},
		page("d", "en", "Other", "as said in WS-184 and in 184 others"),
	)
	for _, text := range []string{"ws184", "WS184", "WS #184", "ws 184", "ws-184", "WS#184"} {
		got := strings.Fields(ids(t, x, text))
		slices.Sort(got)
		if strings.Join(got, " ") != "a b d" {
			t.Errorf("%q: found %v", text, got)
		}
	}
	if got := ids(t, x, "184"); !strings.Contains(got, "a") || strings.Contains(got, "c") {
		t.Errorf("184: found %q", got)
	}
	if got := ids(t, x, "IGF2020"); got != "b" {
		t.Errorf("IGF2020: found %q", got)
	}
}

// E151: titles before bodies, heavier before lighter, newer before older, then by id.
func TestOrder(t *testing.T) {
	x := open(t)
	day := func(n int) core.Instant { return core.At(time.Date(2023, 10, n, 9, 0, 0, 0, time.UTC)) }
	at := func(d search.Doc, n int) search.Doc { d.At = day(n); return d }
	light := page("light", "en", "Encryption", "")
	light.Weight = 0.5
	put(t, x,
		at(page("body", "en", "Something else", "about encryption"), 9),
		at(page("title-b", "en", "Encryption", ""), 1),
		at(page("title-a", "en", "Encryption", ""), 1),
		at(page("title-new", "en", "Encryption", ""), 2),
		light,
	)
	if got := ids(t, x, "encryption"); got != "title-new title-a title-b light body" {
		t.Errorf("by score: %s", got)
	}
	for sort, want := range map[string]string{
		search.Newest: "body title-new title-a title-b light",
		search.Oldest: "title-a title-b title-new body light",
	} {
		if got := idsOf(ask(t, x, search.Query{Text: "encryption", Sort: sort})); got != want {
			t.Errorf("%s: %s, want %s", sort, got, want)
		}
	}
	var paged []string
	for from := 0; from < 6; from += 2 {
		res := ask(t, x, search.Query{Text: "encryption", From: from, Size: 2})
		if res.Total != 5 {
			t.Errorf("page from %d: total %d", from, res.Total)
		}
		if len(res.Hits) > 0 {
			paged = append(paged, idsOf(res))
		}
	}
	if got := strings.Join(paged, " "); got != ids(t, x, "encryption") {
		t.Errorf("pages: %s", got)
	}
}

// E151: facets are counted and filter; a filtered one still shows its other choices.
func TestFacets(t *testing.T) {
	x := open(t)
	var docs []search.Doc
	for i := range 12 {
		d := page(fmt.Sprintf("d%02d", i), "en", "Access", "for all")
		d.Kind = []string{"session", "report"}[i%2]
		d.Facets = map[string][]string{"year": {fmt.Sprint(2020 + i%3)}, "theme": {"access", fmt.Sprint("t", i%4)}}
		docs = append(docs, d)
	}
	put(t, x, docs...)
	res := ask(t, x, search.Query{
		Text: "access", Facets: []string{"year", "kind", "theme", "nothing"}, FacetSize: 2,
		Filters: map[string][]string{"year": {"2020", "2021"}}, Kinds: []string{"session"},
	})
	if res.Total != 4 {
		t.Errorf("total %d, want 4", res.Total)
	}
	want := "map[kind:[{report 4} {session 4}] nothing:[] theme:[{access 4} {t0 2}] year:[{2020 2} {2021 2}]]"
	if got := fmt.Sprint(res.Facets); got != want {
		t.Errorf("facets %s\nwant   %s", got, want)
	}
	res = ask(t, x, search.Query{Facets: []string{"year"}, Filters: map[string][]string{"year": {"2022"}}})
	if got := fmt.Sprint(res.Total, res.Facets); got != "4 map[year:[{2020 4} {2021 4} {2022 4}]]" {
		t.Errorf("all: %s", got)
	}
	if res = ask(t, x, search.Query{Filters: map[string][]string{"year": {"1999"}}}); res.Total != 0 {
		t.Errorf("unknown value: %d", res.Total)
	}
}

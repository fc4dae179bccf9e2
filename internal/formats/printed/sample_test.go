package printed_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/formats/printed"
)

var sentences = map[string][]string{
	"en": {"Networks that last have a local owner before the first mast is built. ", "Fees designed for cities close networks in villages."},
	"fr": {"Les réseaux qui durent ont un propriétaire local. ", "Les redevances conçues pour les villes ferment ceux des villages."},
	"es": {"Las redes que duran tienen un dueño local. ", "Las tasas pensadas para ciudades cierran redes en pueblos."},
	"ru": {"Сети, которые живут долго, принадлежат местным. ", "Сборы, рассчитанные на города, закрывают сети в сёлах."},
	"zh": {"持久的网络有本地的所有者。", "为城市设计的费用关闭了乡村的网络。"},
	"ar": {"الشبكات التي تدوم لها مالك محلي. ", "الرسوم المصممة للمدن تغلق شبكات القرى."},
}

// sample is a set of Messages of real size in one language, with parts in others, notes
// that come up again, degrees of support, signed dissent and diverging views.
func sample(lang string) printed.Text {
	t := printed.Text{
		ID: "0192f0c4-0000-7000-8000-000000000001", Kind: "messages", Lang: lang, Title: printed.Piece{S: "Messages of São Tomé & «Príncipe» <2023>", Lang: "en"},
		Status: "Final", Facts: []string{"Version 2, published 11 Oct 2023", "Permanent address: https://forum.example/documents/x/revisions/2", "SHA-256: " + strings.Repeat("ab", 32)},
		Fallback: "Parts are shown in English", Revision: 2, Final: true,
		Issued: time.Date(2023, 10, 11, 8, 12, 0, 123456000, time.UTC), Created: time.Date(2023, 10, 1, 0, 0, 0, 0, time.UTC),
		Licence: "CC-BY-4.0", Hash: strings.Repeat("ab", 32), Address: "https://forum.example/documents/x/revisions/2", Work: "https://forum.example/documents/x",
		Home: "https://forum.example", Forum: "Forum of the Commons",
		Words: printed.Words{Contents: "Contents", Sources: "Sources", About: "Facts", Text: "Text", Back: "Back to the text"},
	}
	for n := 1; n <= 2; n++ {
		t.History = append(t.History, printed.Version{Number: n, Issued: t.Issued.AddDate(0, 0, n-2), Address: fmt.Sprintf("https://forum.example/documents/x/revisions/%d", n), Note: "A year was \"wrong\""})
	}
	for n := 1; n <= 40; n++ {
		t.Notes = append(t.Notes, printed.Note{N: n, Kind: "Takeaway", Text: fmt.Sprintf("Takeaway %d of “Who pays?” & others", n), URL: fmt.Sprintf("https://forum.example/2023/ws%d/report?a=1&b=2#p%d", n, n)})
	}
	t.Notes[6].URL = ""
	id := 0
	para := func(k printed.Kind, l string, level int) *printed.Para {
		id++
		t.Paras = append(t.Paras, printed.Para{ID: fmt.Sprintf("p%d", id), Kind: k, Level: level, Lang: l, Address: fmt.Sprintf("%s#p%d", t.Address, id)})
		p := &t.Paras[len(t.Paras)-1]
		for _, s := range sentences[l] {
			p.Parts = append(p.Parts, printed.Part{Text: s})
		}
		return p
	}
	next := 0
	for n := 1; n <= 48; n++ {
		if n%6 == 1 {
			para(printed.Heading, lang, 1+2*(n%4))
			para(printed.Remark, "en", 0)
		}
		l := lang
		if n%5 == 0 {
			l = core.Langs[n%len(core.Langs)]
		}
		p := para(printed.Plain, l, 0)
		p.Number = fmt.Sprint(n)
		if next < 40 {
			next++
			p.Parts[0].Marks = []int{next}
		}
		p.Parts[1].Marks = []int{1 + n%next}
		slices.Sort(p.Parts[1].Marks)
		p.Parts[0].Degree = "Broad support"
		if n%7 == 0 {
			p.Dissent = []printed.Dissent{
				{Title: "Dissent: Association of operators", Text: printed.Piece{S: "Fees are a national matter.\n\nWe said so.", Lang: "en"}},
				{Title: "Diverging view", Text: printed.Piece{S: "بعضهم رأى غير ذلك.", Lang: "ar"}, View: true},
			}
		}
	}
	para(printed.Quote, "en", 0).Parts[0].Text = "One line\nand another. "
	para(printed.Item, lang, 0)
	para(printed.Item, "zh", 0).Dissent = []printed.Dissent{{Title: "Dissent: Z", Text: printed.Piece{S: "No.", Lang: "en"}}}
	return t
}

// nasty is a text with everything in it that XML does not take.
func nasty(s string) printed.Text {
	t := sample("ar")
	t.Title.S, t.Forum, t.Licence, t.Address, t.Hash, t.Facts[0], t.Status, t.ID, t.Kind = s, s, s, s, s, s, s, s, s
	t.Paras[3].Parts[0].Text, t.Paras[3].Number, t.Paras[3].Address, t.Paras[0].Parts[0].Text = s, s, s, s
	t.Notes[0] = printed.Note{N: 1, Kind: s, Text: s, URL: s}
	t.History[0].Note, t.History[0].Address = s, s
	t.Paras[10].Dissent = []printed.Dissent{{Title: s, Text: printed.Piece{S: s, Lang: "en"}}}
	return t
}

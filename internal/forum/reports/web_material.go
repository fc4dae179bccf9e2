package reports

import (
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/floor"
	"plenary/internal/forum/papers"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
)

// material is what stands beside the form: the transcript with a search inside, the
// statements, the people.
func (w *Web) material(c *web.C, ses *programme.Session, d *deskView) error {
	for _, r := range ses.Roles {
		p := personView{Name: r.In(c.Lang)}
		if r.Path != "" {
			p.URL = c.URL(r.Path)
		}
		d.People = append(d.People, p)
	}
	house := w.s.house
	if house.Floor != nil {
		list, err := house.Floor.Transcript(c.Context(), c.Actor, ses.ID)
		if err != nil {
			return err
		}
		if len(list) > 0 {
			d.Transcript = c.URL(ses.Path() + "/transcript")
		}
		want := core.Words(d.Find)
		for _, m := range list {
			if has(m, want) {
				d.Segments = append(d.Segments, segmentOf(c, m))
			}
		}
		if d.Find != "" {
			d.Found = c.T("reports.desk.found", "Count", len(d.Segments))
		}
	}
	if house.Papers == nil {
		return nil
	}
	list, err := house.Papers.Papers(c.Context(), c.Actor, papers.Filter{Session: ses.ID})
	if err != nil || len(list) == 0 {
		return err
	}
	var docs []core.ID
	for _, p := range list {
		if p.Document != "" {
			docs = append(docs, p.Document)
		}
	}
	texts, err := w.s.docs.Published(c.Context(), docs...)
	if err != nil {
		return err
	}
	for _, p := range list {
		pv := paperView{Title: c.Text(p.Title), URL: c.URL(p.Path()), By: p.By}
		for _, para := range texts[p.Document].Paragraphs {
			if para.Kind == documents.Heading {
				continue
			}
			n := strings.TrimPrefix(para.ID, "p")
			pv.Paras = append(pv.Paras, paperPara{
				Number: n, Pin: p.Path() + "#" + para.ID, Text: c.Text(para.Text),
				PinLabel: c.T("reports.desk.pin_para", "Number", n, "Title", pv.Title.S),
			})
		}
		d.Papers = append(d.Papers, pv)
	}
	return nil
}

func segmentOf(c *web.C, m floor.Moment) segmentView {
	s := segmentView{URL: c.URL(m.Path), Speaker: m.Speaker, Text: m.Text, Lang: m.Lang, Dir: core.Dir(m.Lang)}
	if m.Start >= 0 {
		s.Time, s.Pin = floor.FormatTime(m.Start), true
		s.PinLabel = c.T("reports.desk.pin_moment", "Time", s.Time)
	}
	return s
}

// has tells whether a segment has all the words.
func has(m floor.Moment, words []string) bool {
	if len(words) == 0 {
		return true
	}
	text := core.Fold(m.Speaker + " " + m.Text)
	for _, word := range words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// points makes takeaways and calls ready to print, with whom they address and what they
// rest on. The number of queries does not depend on theirs.
func (w *Web) points(c *web.C, ses *programme.Session, pts []Point) ([]pointView, error) {
	pins, err := w.s.Pins(c.Context(), c.Actor, pts, map[core.ID][]programme.Role{ses.ID: ses.Roles})
	if err != nil {
		return nil, err
	}
	var ids []core.ID
	for _, p := range pts {
		ids = append(ids, p.Orgs...)
	}
	var orgs map[core.ID]people.Organisation
	if len(ids) > 0 && w.people != nil {
		if orgs, err = w.people.Organisations(c.Context(), ids); err != nil {
			return nil, err
		}
	}
	out := make([]pointView, len(pts))
	for i, p := range pts {
		out[i] = w.point(c, ses, p)
		for _, id := range p.Orgs {
			if o, ok := orgs[id]; ok {
				out[i].ToURL = append(out[i].ToURL, web.Tab{Label: c.Text(o.Name).S, URL: c.URL(o.Path())})
			}
		}
		for _, pin := range pins[p.Ref] {
			out[i].Pins = append(out[i].Pins, w.pinView(c, pin))
		}
		if n := len(out[i].Pins); n > 0 {
			out[i].Rests, out[i].Tied = c.T("reports.rests", "Count", n), p.Part == PartTakeaway
		}
	}
	return out, nil
}

// point is a takeaway or call with those whom it addresses by the vocabulary or in words.
func (w *Web) point(c *web.C, ses *programme.Session, p Point) pointView {
	pv := pointView{Para: p.Para, Number: p.Para[1:], Text: c.Text(p.Text), URL: c.URL(ses.Path() + "/report#" + p.Para)}
	for _, code := range p.To {
		pv.To = append(pv.To, c.Text(w.vocab.Label(vocab.Addressees, code)).S)
	}
	if p.ToAs != "" {
		pv.To = append(pv.To, p.ToAs)
	}
	return pv
}

func (w *Web) pinView(c *web.C, p Pin) pinView {
	v := pinView{Kind: "said", Time: p.Time, Who: p.Speaker, Recording: p.Recording}
	if p.Path != "" {
		v.URL = c.URL(p.Path)
	}
	if strings.HasPrefix(v.Recording, "/") {
		v.Recording = c.URL(v.Recording)
	}
	if p.page != "" {
		v.WhoURL = c.URL(p.page)
	}
	role := ""
	if p.Role != "" {
		role = c.T("programme.role." + p.Role)
	}
	switch {
	case role != "" && p.Affiliation != "":
		v.About = c.T("reports.pin.about", "Role", role, "Affiliation", p.Affiliation)
	case role != "":
		v.About = role
	}
	switch p.Kind {
	case "time":
		v.Kind = "at"
	case SourcePerson:
		v.Kind = "by"
	case documents.SourceParagraph:
		v.Kind, v.Title, v.Number = "text", c.Text(p.Title), strings.TrimPrefix(p.Para, "p")
	}
	return v
}

package participation

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

// bulkForm is what an act asks for.
type bulkForm struct {
	Reasons  []string  `form:"reasons" ui:"checks"`
	Own      core.Text `form:"own" ui:"area" max:"2000"`
	Category string    `form:"category" ui:"select" required:"true"`
	Rank     string    `form:"rank" ui:"select"`
	Keep     int       `form:"keep" ui:"radio" required:"true"`
}

// bulkFields are the fields that an act has.
var bulkFields = map[string][]string{BulkDecline: {"reasons", "own"}, BulkCategory: {"category"}, BulkRank: {"rank"}, BulkDouble: {"keep"}}

type refusal struct {
	Words   string
	Numbers []string
}

type bulkView struct {
	Title, Lead string
	Waits       string
	Mails       string
	Sample      []web.Tab
	SampleMore  string
	Refused     []refusal
	Form        *web.Form
	Hidden      []deskPair
	Cancel      string
	Empty       *web.Empty
}

// readBulk reads what an address or a form asks to be done.
func readBulk(v url.Values) BulkInput {
	in := BulkInput{Do: v.Get("do"), All: v.Get("all") != ""}
	if v.Has("filter") {
		in.Choice = choiceOf(v)
	} else {
		in.Choice = ReadChoice(v)
	}
	for _, s := range v["n"] {
		if n, err := strconv.Atoi(s); err == nil && n > 0 && len(in.Numbers) < 1000 && !slices.Contains(in.Numbers, n) {
			in.Numbers = append(in.Numbers, n)
		}
	}
	if t, err := strconv.ParseInt(v.Get("asof"), 10, 64); err == nil && t > 0 {
		in.AsOf = core.At(time.UnixMicro(t))
	}
	return in
}

// deskBulk says what an act would do to what is ticked, and does it.
func (w *Web) deskBulk(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	path := set.Path() + "/registrations"
	posted := c.R.Method == http.MethodPost
	values := c.R.URL.Query()
	if posted {
		values = c.Typed()
	}
	in := readBulk(values)
	back := strings.TrimSuffix(path+"?"+in.Choice.Values().Encode(), "?")
	if next := values.Get("next"); web.Local(next) {
		back = next
	}
	var failed error
	if posted {
		var typed bulkForm
		if failed = c.Decode(&typed); failed == nil {
			in.Reasons, in.Own, in.Category, in.Rank, in.Keep = typed.Reasons, typed.Own, typed.Category, typed.Rank, typed.Keep
			var p BulkPlan
			if p, failed = w.s.Bulk(c.Context(), c.Actor, set, in); failed == nil {
				return w.bulkDone(c, path, back, in, p)
			}
		}
	}
	st, p, err := w.s.PlanBulk(c.Context(), c.Actor, set, in)
	if err != nil {
		return err
	}
	if failed != nil && core.KindOf(failed) == core.KindConflict {
		_, p, err = w.s.PlanBulk(c.Context(), c.Actor, set, BulkInput{Do: in.Do, All: in.All, Numbers: in.Numbers, Choice: in.Choice, Category: in.Category, Keep: in.Keep})
		if err != nil {
			return err
		}
	}
	return w.bulkPage(c, set, st, in, p, back, failed)
}

func (w *Web) bulkDone(c *web.C, path, back string, in BulkInput, p BulkPlan) error {
	key, args := "participation.desk.done."+in.Do, []any{"Count", p.Changes, "Left", p.Picked - p.Changes, "Waits", p.Waits}
	switch {
	case p.Waits > 0:
		key = "participation.desk.done_waits"
	case p.Picked > p.Changes:
		key = "participation.desk.done_left"
	}
	if p.ID == "" {
		return c.Done(back, key, args...)
	}
	return c.DoneUndo(back, web.Undo{Path: path + "/undo", Name: "bulk", Value: string(p.ID), Next: back}, key, args...)
}

func (w *Web) bulkPage(c *web.C, set *editions.Setting, st *Setting, in BulkInput, p BulkPlan, back string, failed error) error {
	path := set.Path() + "/registrations"
	v := bulkView{
		Title: c.T("participation.desk.title."+in.Do, "Count", p.Changes), Cancel: c.URL(back),
		Lead: c.T("participation.desk.lead", "Count", p.Changes, "All", i18n.Number(c.Lang, p.Picked)),
	}
	if p.Waits > 0 {
		v.Waits = c.T("participation.desk.waits", "Count", p.Waits)
	}
	if in.decision() != "" && in.Do != BulkReopen || in.Do == BulkLetter {
		v.Mails = c.T("participation.desk.mails")
	}
	number := func(n int) web.Tab {
		return web.Tab{Label: c.T("participation.number", "Number", n), URL: c.URL(path + "/" + strconv.Itoa(n))}
	}
	for _, n := range p.Sample {
		v.Sample = append(v.Sample, number(n))
	}
	if more := p.Changes - len(p.Sample); more > 0 {
		v.SampleMore = c.T("participation.desk.and_more", "Count", more)
	}
	keys := make([]string, 0, len(p.Refused))
	for key := range p.Refused {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		r := refusal{Words: c.T("participation.desk.refused_count", "Count", p.Refused[key], "Why", c.T(key))}
		for _, n := range p.Left[key] {
			r.Numbers = append(r.Numbers, number(n).Label)
		}
		v.Refused = append(v.Refused, r)
	}
	for _, n := range in.Numbers {
		v.Hidden = append(v.Hidden, deskPair{"n", strconv.Itoa(n)})
	}
	if in.All {
		v.Hidden = append(v.Hidden, deskPair{"all", "1"})
	}
	v.Hidden = append(
		v.Hidden, deskPair{"do", in.Do}, deskPair{"filter", in.Choice.Values().Encode()}, deskPair{"next", back},
		deskPair{"asof", strconv.FormatInt(p.AsOf.Time().UnixMicro(), 10)},
	)
	typed := bulkForm{Reasons: in.Reasons, Own: in.Own, Category: in.Category, Rank: in.Rank, Keep: in.Keep}
	f := c.Form("participation.desk.bulk", &typed)
	f.Action, f.Submit, f.Cancel = c.URL(path+"/bulk"), v.Title, v.Cancel
	f.Options("reasons", options(c, "participation.desk.reason_name.", Reasons...))
	f.Options("rank", options(c, "participation.rank.", Ranks...))
	var categories, keep []web.Option
	for _, cat := range st.Categories {
		categories = append(categories, web.Option{Value: cat.Code, Label: c.Text(cat.Name).S})
	}
	f.Options("category", categories)
	for _, n := range in.Numbers {
		if len(keep) < mostDouble {
			keep = append(keep, web.Option{Value: strconv.Itoa(n), Label: number(n).Label})
		}
	}
	f.Options("keep", keep)
	for _, fd := range slices.Clone(f.Fields) {
		if !slices.Contains(bulkFields[in.Do], fd.Name) {
			f.Drop(fd.Name)
		}
	}
	status, err := f.Refused(failed)
	if err != nil {
		return err
	}
	v.Form = f
	if p.Changes == 0 {
		v.Form, v.Title = nil, c.T("participation.desk.nothing")
		v.Empty = &web.Empty{Title: v.Title, Text: c.T("participation.desk.nothing_text"), Link: &web.Tab{Label: c.T("participation.desk.back"), URL: v.Cancel}}
		if p.Picked > 0 {
			v.Empty.Text = c.T("participation.desk.nothing_left")
		}
	}
	title := v.Title
	if failed != nil {
		title = c.T("form.error_title", "Title", title)
	}
	return c.Page(web.Page{Name: "participation/desk-bulk", Title: title, Section: "programme", NoIndex: true, Status: status, Trail: w.deskTrail(c, set, web.Crumb{Label: v.Title}), V: v})
}

// deskUndo takes back what the reader did last to many.
func (w *Web) deskUndo(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	restored, left, err := w.s.UndoBulk(c.Context(), c.Actor, set, core.ID(c.Value("bulk")))
	if err != nil {
		return err
	}
	key := "participation.desk.undone"
	if left > 0 {
		key = "participation.desk.undone_left"
	}
	return c.Done(c.Back(set.Path()+"/registrations"), key, "Count", restored, "Left", left)
}

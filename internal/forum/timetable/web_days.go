package timetable

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

// daysForm is DaysInput as the form has it.
type daysForm struct {
	Version int64     `form:"version" ui:"hidden"`
	Days    []dayForm `form:"days" ui:"rows" required:"1"`
	Travel  []wayForm `form:"travel" ui:"rows"`
}

type dayForm struct {
	Date   string      `form:"date" ui:"hidden"`
	From   string      `form:"from" ui:"time" required:"1"`
	Until  string      `form:"until" ui:"time" required:"1"`
	Breaks []breakForm `form:"breaks" ui:"rows"`
}

type breakForm struct {
	From  string    `form:"from" ui:"time"`
	Until string    `form:"until" ui:"time"`
	Name  core.Text `form:"name" ui:"text" max:"80"`
}

type wayForm struct {
	From    core.ID `form:"from" ui:"hidden"`
	To      core.ID `form:"to" ui:"hidden"`
	Minutes int     `form:"minutes" ui:"number"`
}

// A day that ends at midnight ends at 24:00; fields for times call that 00:00.
const (
	midnight  = "24:00"
	clockZero = "00:00"
)

func toField(until string) string {
	if until == midnight {
		return clockZero
	}
	return until
}

func fromField(until string) string {
	if until == clockZero {
		return midnight
	}
	return until
}

// daysFormOf is the form of what stands; it has a way for each two venues.
func daysFormOf(set *editions.Setting, in DaysInput) daysForm {
	f := daysForm{Version: in.Version}
	for _, d := range in.Days {
		day := dayForm{Date: d.Date, From: d.From, Until: toField(d.Until)}
		breaks := slices.Clone(d.Breaks)
		slices.SortStableFunc(breaks, func(a, b Break) int { return strings.Compare(a.From, b.From) })
		for _, b := range breaks {
			day.Breaks = append(day.Breaks, breakForm{b.From, toField(b.Until), b.Name})
		}
		f.Days = append(f.Days, day)
	}
	for i, a := range set.Venues {
		for _, b := range set.Venues[i+1:] {
			way := wayForm{From: a.ID, To: b.ID}
			for _, w := range in.Travel {
				if w.From == a.ID && w.To == b.ID || w.From == b.ID && w.To == a.ID {
					way.Minutes = w.Minutes
				}
			}
			f.Travel = append(f.Travel, way)
		}
	}
	return f
}

// input is what the service takes, and where each break of it stood in the form: rows in
// which nothing was written are left out.
func (f daysForm) input() (DaysInput, map[string]string) {
	in, at := DaysInput{Version: f.Version, Days: []Day{}, Travel: []Way{}}, map[string]string{}
	for i, d := range f.Days {
		day := Day{Date: d.Date, From: d.From, Until: fromField(d.Until), Breaks: []Break{}}
		for j, b := range d.Breaks {
			name := b.Name.Clean()
			if b.From == "" && b.Until == "" && name.IsZero() {
				continue
			}
			at[core.Row("days", i)+core.Row("breaks", len(day.Breaks))] = core.Row("days", i) + core.Row("breaks", j)
			day.Breaks = append(day.Breaks, Break{b.From, fromField(b.Until), name})
		}
		in.Days = append(in.Days, day)
	}
	for _, w := range f.Travel {
		in.Travel = append(in.Travel, Way(w))
	}
	return in, at
}

type daysView struct {
	head
	Note   *web.Notice
	Form   *web.Form
	Days   []dayFields
	Travel []*web.Field // hidden ones and minutes, in their order
	Empty  *web.Empty
}

type dayFields struct {
	Name   string
	Fields []*web.Field
	Breaks *web.Field
	Copy   string // the number of the day, for the button that copies its breaks; empty: there is one day
}

func (w *Web) setDays(c *web.C) error {
	set, b, err := w.setupBoard(c)
	if err != nil {
		return err
	}
	in := daysFormOf(set, DaysInput{b.Frame.Version, b.Frame.Days, b.Frame.Travel})
	var failed error
	if c.R.Method == http.MethodPost {
		in = daysForm{}
		var done string
		failed = read(c, &in, func() error {
			done, err = w.saveDays(c, set, in)
			return err
		})
		if failed == nil {
			return c.Done(set.Path()+"/timetable/days", done)
		}
	}
	title := c.T("timetable.tab.days")
	v := daysView{head: w.head(c, set, title), Note: untouched(c, b), Form: c.Form("timetable.days_form", &in)}
	v.arrange(c, set, in)
	status, err := refused(v.Form, failed, func(now any) any { return daysFormOf(set, now.(DaysInput)) })
	if err != nil {
		return err
	}
	return w.page(c, set, "days", titled(c, title, status), v, status)
}

// saveDays saves what was sent, with the breaks of one day on all of them if that button
// was pressed.
func (w *Web) saveDays(c *web.C, set *editions.Setting, form daysForm) (done string, err error) {
	if c.Wants("_more") {
		return "", errMore
	}
	in, at := form.input()
	done = "timetable.days_form.saved"
	if c.Wants("_copy") {
		i, err := strconv.Atoi(c.Value("_copy"))
		if err != nil || i < 0 || i >= len(in.Days) {
			return "", core.Invalid("error.unreadable")
		}
		for j := range in.Days {
			in.Days[j].Breaks = slices.Clone(in.Days[i].Breaks)
			if j != i { // what is wrong is told where it was written
				for k := range in.Days[j].Breaks {
					at[core.Row("days", j)+core.Row("breaks", k)] = at[core.Row("days", i)+core.Row("breaks", k)]
				}
			}
		}
		done = "timetable.days_form.copied"
	}
	err = w.s.SetDays(c.Context(), c.Actor, set, in)
	return done, relocated(err, at)
}

// relocated leads from the place of a problem in what was saved to the one in the form.
func relocated(err error, at map[string]string) error {
	e, ok := errors.AsType[*core.Error](err)
	if !ok {
		return err
	}
	for i := range e.Fields {
		f := &e.Fields[i]
		if cut := strings.LastIndexByte(f.Path, '.') + 1; at[f.Path[:cut]] != "" {
			f.Path = at[f.Path[:cut]] + f.Path[cut:]
		}
	}
	return e
}

// arrange puts the fields of the form to their days.
func (v *daysView) arrange(c *web.C, set *editions.Setting, in daysForm) {
	if len(set.Days()) == 0 {
		v.Empty = &web.Empty{Title: c.T("timetable.days.none"), Text: c.T("timetable.days.none_text"), Link: &web.Tab{Label: c.T("timetable.days.dates"), URL: c.URL(set.Path() + "/edit")}}
		return
	}
	rows := v.Form.Field("days").Rows
	for i, d := range in.Days {
		day := dayFields{Name: dayName(c, d.Date)}
		for _, f := range rows[i] {
			if f.Kind == "rows" {
				day.Breaks, f.Rows = f, spare(f.Rows)
				f.Help = c.T("timetable.days.breaks_help")
				continue
			}
			day.Fields = append(day.Fields, f)
		}
		if len(in.Days) > 1 {
			day.Copy = strconv.Itoa(i)
		}
		v.Days = append(v.Days, day)
	}
	v.Form.Field("days").Rows = rows[:len(in.Days)]
	names := map[core.ID]string{}
	for _, venue := range set.Venues {
		names[venue.ID] = c.Text(venue.Name).S
	}
	ways := v.Form.Field("travel")
	ways.Rows = ways.Rows[:len(in.Travel)]
	for i, way := range in.Travel {
		for _, f := range ways.Rows[i] {
			if f.Kind == "number" {
				f.Label = c.T("timetable.days.way", "From", names[way.From], "To", names[way.To])
			}
			v.Travel = append(v.Travel, f)
		}
	}
}

// dayName is a day as the reader says it.
func dayName(c *web.C, date string) string {
	d, err := core.ParseDate(date)
	if err != nil {
		return date
	}
	return i18n.LongDate(c.Lang, d)
}

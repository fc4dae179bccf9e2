package participation

import (
	"net/url"
	"strconv"

	"plenary/internal/forum/editions"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

type quotaRow struct {
	Name    web.TextView
	URL     string
	Width   int // of the bar, in per cent of the quota
	Words   string
	Over    string
	Waiting string
}

type inflowBar struct {
	X, Y, Height int
	Title        string
}

type overviewView struct {
	Counts  []web.Tab
	Quotas  []quotaRow
	Longest []web.Tab
	Bars    []inflowBar
	Inflow  string // in words
	Days    []web.Tab
}

// chartHeight is how high the bars of the inflow are.
const chartHeight = 40

// overview is where the registration of an edition stands, ready to print.
func (w *Web) overview(c *web.C, set *editions.Setting, o *Overview) overviewView {
	var v overviewView
	path := set.Path() + "/registrations"
	at := func(pairs ...string) string {
		q := url.Values{}
		for i := 0; i+1 < len(pairs); i += 2 {
			q.Set(pairs[i], pairs[i+1])
		}
		return c.URL(path + "?" + q.Encode())
	}
	for _, s := range States {
		if n := o.ByState[s]; n > 0 {
			v.Counts = append(v.Counts, web.Tab{Label: c.T("policy.registration.state." + s), Count: i18n.Number(c.Lang, n), URL: at("state", s)})
		}
	}
	for _, cat := range o.Category {
		row := quotaRow{Name: c.Text(cat.Name), URL: at("category", string(cat.ID))}
		number := func(n int) string { return i18n.Number(c.Lang, n) }
		if cat.Quota == 0 {
			row.Words = c.T("participation.desk.quota.open", "Count", cat.Admitted, "Pending", number(cat.Pending))
		} else {
			row.Width = min(100, cat.Admitted*100/cat.Quota)
			row.Words = c.T("participation.desk.quota.of", "Count", cat.Admitted, "Quota", number(cat.Quota), "Pending", number(cat.Pending))
			if cat.Admitted >= cat.Quota {
				row.Over = c.T("participation.desk.quota.full")
			}
		}
		if cat.Waiting > 0 {
			row.Waiting = c.T("participation.desk.quota.waiting", "Count", cat.Waiting)
		}
		v.Quotas = append(v.Quotas, row)
	}
	for _, x := range o.Longest {
		key := "participation.desk.longest"
		if x.Visa {
			key = "participation.desk.longest_visa"
		}
		v.Longest = append(v.Longest, web.Tab{
			Label: c.T("participation.number", "Number", x.Number), URL: c.URL(path + "/" + strconv.Itoa(x.Number) + "?sort=waiting&state=" + x.State),
			Count: c.T(key, "Time", c.Span(c.Now().Sub(x.Since.Time()))),
		})
	}
	most, sum := 0, 0
	for _, d := range o.Days {
		most, sum = max(most, d.Count), sum+d.Count
	}
	for i, d := range o.Days {
		if most == 0 {
			break
		}
		title := i18n.ShortDate(c.Lang, d.Day) + ": " + i18n.Number(c.Lang, d.Count)
		h := d.Count * chartHeight / most
		if d.Count > 0 {
			h = max(h, 1)
			v.Days = append(v.Days, web.Tab{Label: i18n.ShortDate(c.Lang, d.Day), Count: i18n.Number(c.Lang, d.Count)})
		}
		v.Bars = append(v.Bars, inflowBar{X: i * 8, Y: chartHeight - h, Height: h, Title: title})
	}
	if most > 0 {
		v.Inflow = c.T("participation.desk.inflow", "Count", sum, "Days", daysShown, "Most", i18n.Number(c.Lang, most))
	}
	return v
}

package demo

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/vocab"
)

// Facts about the editions of the IGF, each with its source: retyped, no sentence of a
// page is kept.
var (
	//go:embed facts/editions.csv
	editionsCSV []byte
	//go:embed facts/subthemes.csv
	subthemesCSV []byte
	//go:embed facts/sessions.csv
	sessionsCSV []byte
)

// table reads a CSV file with a header line into one map per row.
func table(b []byte) ([]map[string]string, error) {
	rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		return nil, err
	}
	var out []map[string]string
	for _, r := range rows[1:] {
		m := make(map[string]string, len(r))
		for i, v := range r {
			m[rows[0][i]] = v
		}
		out = append(out, m)
	}
	return out, nil
}

// zones of the cities that hosted an edition, and their ISO country codes.
var hosts = map[string]struct{ zone, country string }{
	"Athens": {"Europe/Athens", "GR"}, "Rio de Janeiro": {"America/Sao_Paulo", "BR"}, "Hyderabad": {"Asia/Kolkata", "IN"},
	"Sharm El Sheikh": {"Africa/Cairo", "EG"}, "Vilnius": {"Europe/Vilnius", "LT"}, "Nairobi": {"Africa/Nairobi", "KE"},
	"Baku": {"Asia/Baku", "AZ"}, "Bali": {"Asia/Makassar", "ID"}, "Istanbul": {"Europe/Istanbul", "TR"},
	"Joao Pessoa": {"America/Fortaleza", "BR"}, "Guadalajara": {"America/Mexico_City", "MX"}, "Geneva": {"Europe/Zurich", "CH"},
	"Paris": {"Europe/Paris", "FR"}, "Berlin": {"Europe/Berlin", "DE"}, "(online)": {"UTC", ""}, "Katowice": {"Europe/Warsaw", "PL"},
	"Addis Ababa": {"Africa/Addis_Ababa", "ET"}, "Kyoto": {"Asia/Tokyo", "JP"}, "Riyadh": {"Asia/Riyadh", "SA"},
	"Lillestrom": {"Europe/Oslo", "NO"},
}

// fact is one edition with what goes into its parts.
type fact struct {
	input   editions.EditionInput
	places  editions.PlacesInput
	themes  editions.ThemesInput
	figures []editions.Figure
}

// dayZero holds the dates of Day Zero where the sources name one and whether the
// stated dates count it (X12).
var dayZero = map[string]struct {
	date    string
	counted bool
}{
	"2017": {"2017-12-17", false},
	"2023": {"2023-10-08", true},
}

// rooms that the sources name, with what else they call them (X1: one session stands
// in the Main Hall in one source and in the Plenary Room in another).
var rooms = map[string][]editions.RoomInput{
	"2017": {{Name: en("Main Hall")}},
	"2021": {{Name: en("Plenary Room")}},
	"2023": {{Name: en("Main Hall")}, {Name: en("Plenary Room")}},
}

func en(s string) core.Text { return core.NewText("en", s) }

func facts(v *vocab.Service) ([]fact, error) {
	rows, err := table(editionsCSV)
	if err != nil {
		return nil, fmt.Errorf("read editions: %w", err)
	}
	themes, err := table(subthemesCSV)
	if err != nil {
		return nil, fmt.Errorf("read sub-themes: %w", err)
	}
	var out []fact
	for _, r := range rows {
		year, h := r["year"], hosts[r["city"]]
		ordinal, err := strconv.Atoi(r["n"])
		if err != nil {
			return nil, fmt.Errorf("edition %s: %w", year, err)
		}
		f := fact{input: editions.EditionInput{
			Slug: year, Ordinal: ordinal, Name: en("IGF " + year), Theme: en(r["theme"]), State: editions.StateHeld,
			City: en(strings.Trim(r["city"], "()")), Country: h.country, Zone: h.zone, FirstDay: r["start"], LastDay: r["end"],
		}}
		if h.country == "" {
			f.input.City = en("Online")
		} else if c, ok := v.Country(h.country); ok {
			f.input.Host = hostOf(c.Name)
		}
		if z, ok := dayZero[year]; ok {
			f.input.DayZero, f.input.DatesCountDayZero = z.date, z.counted
		}
		if r["venue"] != "" {
			f.places.Venues = []editions.VenueInput{{Name: en(r["venue"])}}
		}
		f.places.Rooms = rooms[year]
		for _, t := range themes {
			if t["year"] == year && t["note"] != "doubtful" {
				f.themes.Themes = append(f.themes.Themes, editions.ThemeInput{Name: en(t["subtheme"])})
			}
		}
		f.figures = figures(r)
		out = append(out, f)
	}
	return out, nil
}

// hostOf names the host country's government in the languages in which its name is known.
func hostOf(country core.Text) core.Text {
	pattern := map[string]string{
		"en": "Government of %s", "fr": "Gouvernement : %s", "es": "Gobierno: %s", "ru": "Правительство: %s", "zh": "%s政府", "ar": "حكومة %s",
	}
	out := core.Text{}
	for _, lang := range core.Langs {
		if name := country.By[lang]; name != "" {
			out = out.With(lang, fmt.Sprintf(pattern[lang], name))
		}
	}
	return out
}

func figures(r map[string]string) []editions.Figure {
	var out []editions.Figure
	for _, f := range []struct{ column, indicator string }{
		{"onsite", "participants-onsite"}, {"total", "participants-total"}, {"countries", "countries"}, {"sessions", "sessions"},
	} {
		n, err := strconv.Atoi(r[f.column])
		if err != nil || n == 0 {
			continue
		}
		q := ""
		if marked := strconv.Itoa(n); strings.Contains(r["note"], ">"+marked) || strings.Contains(r["note"], ">"+thousands(n)) {
			q = "more-than"
		}
		out = append(out, editions.Figure{Indicator: f.indicator, Amount: n, Qualifier: q, Note: r["note"], Source: r["sources"]})
	}
	return out
}

func thousands(n int) string {
	s := strconv.Itoa(n)
	if len(s) > 3 {
		s = s[:len(s)-3] + "," + s[len(s)-3:]
	}
	return s
}

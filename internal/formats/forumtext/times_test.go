package forumtext

import (
	"strings"
	"testing"
)

// E095, E096: one time in the many ways in which pages write it.
func TestReadWhen(t *testing.T) {
	tests := []struct{ text, want string }{
		{"Wednesday, 11th October, 2023 (05:00 UTC) - Wednesday, 11th October, 2023 (06:50 UTC)", "2023-10-11 05:00 2023-10-11 06:50 UTC UTC"},
		{"Wednesday, 11 October 2023 from 14:00 to 15:30 Kyoto time", "2023-10-11 14:00 2023-10-11 15:30 Kyoto time Asia/Tokyo"},
		{"10 October | 11:00 - 12:30 JST", "--10-10 11:00 --10-10 12:30 JST Asia/Tokyo"},
		{"Monday, Dec 6 | 9:30 AM - 12:00 PM UTC", "--12-06 09:30 --12-06 12:00 UTC UTC"},
		{"Thursday, Dec 9 | 12:50 PM - 01:50 PM UTC", "--12-09 12:50 --12-09 13:50 UTC UTC"},
		{"Dec. 6, 2021, 9:30-11 a.m. (UTC+1)", "2021-12-06 09:30 2021-12-06 11:00 UTC+1 Etc/GMT-1"},
		{"December 6th, 2021 2 pm – 3:30 pm New York time", "2021-12-06 14:00 2021-12-06 15:30 New York time America/New_York"},
		{"2023-10-11 05:00–06:50 Asia/Tokyo", "2023-10-11 05:00 2023-10-11 06:50 Asia/Tokyo Asia/Tokyo"},
		{"11.10.2023, 9.00 - 10.30 CET", "2023-10-11 09:00 2023-10-11 10:30 CET "},
		{"mercredi 11 octobre 2023, 9h30 à 11h", "2023-10-11 09:30 2023-10-11 11:00  "},
		{"11 de octubre de 2023 de 9:30 a 11:00 Geneva local time", "2023-10-11 09:30 2023-10-11 11:00 Geneva local time Europe/Zurich"},
		{"среда, 11 октября 2023, 9:30–11:00 MSK", "2023-10-11 09:30 2023-10-11 11:00 MSK Europe/Moscow"},
		{"2023年10月11日 10：00 - 11：30", "2023-10-11 10:00 2023-10-11 11:30  "},
		{"١١ أكتوبر ٢٠٢٣ ١٠:٠٠ - ١١:٣٠ UTC", "2023-10-11 10:00 2023-10-11 11:30 UTC UTC"},
		{"5 March 2026, 22:30 - 00:15 UTC", "2026-03-05 22:30 2026-03-06 00:15 UTC UTC"},
		{"31 December 2026, 23:00 - 01:00 UTC", "2026-12-31 23:00 2027-01-01 01:00 UTC UTC"},
		{"14:00 UTC - 15:30 UTC", " 14:00  15:30 UTC UTC"},
		{"14:00 UTC -15:30", " 14:00  15:30 UTC UTC"},
		{"14:00 - 15:30 UTC+05:30", " 14:00  15:30 UTC+05:30 "},
		{"14:00 - 15:30 IST", " 14:00  15:30 IST "},
		{"31 April 2026", ""},
		{"version 1.2.3 of 2026", ""},
		{"You may 5 participants", ""},
	}
	for _, tt := range tests {
		r := &reader{doc: &Document{}}
		got, ok := r.readWhen(tt.text, Place{1, 1})
		if !ok {
			equal(t, tt.text, "", tt.want)
			continue
		}
		w := got.when
		r.complete(&w)
		equal(t, tt.text, strings.Join([]string{w.Date.String(), w.Start, w.EndDate.String(), w.End, w.ZoneLabel, w.Zone}, " "), tt.want)
	}
}

// E095: an abbreviation that several zones share is settled only by the edition's own
// city, and only when the city uses it on that day.
func TestZoneOfTheEdition(t *testing.T) {
	tests := []struct {
		label string
		on    Date
		home  string
		want  string
	}{
		{"CET", Date{2023, 12, 1}, "Europe/Zurich", "Europe/Zurich"},
		{"CEST", Date{2023, 12, 1}, "Europe/Zurich", ""},
		{"CET", Date{2023, 12, 1}, "", ""},
		{"CST", Date{2016, 12, 6}, "America/Mexico_City", "America/Mexico_City"},
		{"local time", Date{}, "Asia/Tokyo", "Asia/Tokyo"},
		{"Nowhere time", Date{}, "Asia/Tokyo", ""},
		{"GMT-3", Date{}, "", "Etc/GMT+3"},
		{"UTC+0", Date{}, "", "UTC"},
		{"Asia/Nowhere", Date{}, "", ""},
		{"Genève time", Date{}, "", "Europe/Zurich"},
	}
	for _, tt := range tests {
		z := &zones{}
		equal(t, tt.label, z.name(tt.label, tt.on, tt.home), tt.want)
	}
}

// Every zone of the tables exists.
func TestZonesExist(t *testing.T) {
	z := &zones{}
	check := func(label, zone string) {
		z.loaded = nil
		if z.load(zone) == nil {
			t.Errorf("%s: no zone %s", label, zone)
		}
	}
	for name, c := range cities {
		check(name, c.zone)
	}
	for label, zone := range zoneAbbrs {
		check(label, zone)
	}
	for alias, name := range cityAliases {
		if _, ok := cities[name]; !ok {
			t.Errorf("%s: no city %s", alias, name)
		}
	}
}

// E006: first and last day of a meeting.
func TestDateRange(t *testing.T) {
	tests := []struct{ text, want string }{
		{"from 18 to 21 of December 2017, at", "2017-12-18/2017-12-21"},
		{"from 8 to 12 October 2023 in Kyoto", "2023-10-08/2023-10-12"},
		{"on 6-10 December 2021", "2021-12-06/2021-12-10"},
		{"December 6–10, 2021", "2021-12-06/2021-12-10"},
		{"from 28 November to 2 December 2022", "2022-11-28/2022-12-02"},
		{"from 30 December to 2 January 2027", "2026-12-30/2027-01-02"},
		{"on 6 December 2021", ""},
		{"21 to 18 December 2017", ""},
	}
	for _, tt := range tests {
		got := ""
		if start, end, ok := dateRange(tokenize(tt.text)); ok {
			got = start.String() + "/" + end.String()
		}
		equal(t, tt.text, got, tt.want)
	}
}

// E096, E097: the slot behind a title, in brackets or between bars.
func TestSplitSlot(t *testing.T) {
	tests := []struct{ text, want string }{
		{"Rain (10 October | 11:00 - 12:30 JST | Main Hall)", "Rain: --10-10 11:00-12:30 JST [Main Hall]"},
		{"Rain (and Snow) (Day 2 - Tuesday, 10 October 2023 | 11:00 - 12:30 | Hall (annex)).", "Rain (and Snow): 2023-10-10 11:00-12:30  [Hall (annex)]"},
		{"Rain (10 October 2023, 9.30–11.00 UTC, Room 5)", "Rain: 2023-10-10 09:30-11:00 UTC [Room 5]"},
		{"Rain (10 October; 11:00 to 12:30 JST Main Hall)", "Rain: --10-10 11:00-12:30 JST [Main Hall]"},
		{"Rain | Tuesday, 10 October | 11:00 - 12:30 UTC | Main Hall", "Rain: --10-10 11:00-12:30 UTC [Main Hall]"},
		{"(10 October | 11:00 - 12:30 JST | Main Hall)", ": --10-10 11:00-12:30 JST [Main Hall]"},
		{"Rain fell (from 10:00 to 11:00)", ""},
		{"Rain (10 October)", ""},
		{"Rain (see the page of 2019)", ""},
		{"10 October | 11:00 - 12:30 | Main Hall", ""},
	}
	for _, tt := range tests {
		r := &reader{doc: &Document{}}
		got := ""
		if title, s, ok := r.splitSlot(tt.text, Place{}); ok {
			var rooms []string
			for _, room := range s.rooms {
				rooms = append(rooms, room.Text)
			}
			w := s.reading.when
			got = title + ": " + w.Date.String() + " " + w.Start + "-" + w.End + " " + w.ZoneLabel + " [" + strings.Join(rooms, "+") + "]"
		}
		equal(t, tt.text, got, tt.want)
	}
}

// X1: times are compared as instants, over zones.
func TestCompare(t *testing.T) {
	at := func(date Date, start, end, zone string) []When {
		return []When{{Date: date, EndDate: date, Start: start, End: end, ZoneLabel: zone, Zone: zone}}
	}
	day := Date{2023, 10, 11}
	tests := []struct {
		name string
		a, b Session
		want string
	}{
		{"same instants", Session{When: at(day, "05:00", "06:30", "UTC")}, Session{When: at(day, "14:00", "15:30", "Asia/Tokyo")}, ""},
		{"later end", Session{When: at(day, "05:00", "06:50", "UTC")}, Session{When: at(day, "14:00", "15:30", "Asia/Tokyo")}, "end -20"},
		{"no year, same zone", Session{When: at(Date{0, 10, 11}, "14:00", "15:30", "X")}, Session{When: at(Date{0, 10, 12}, "14:30", "15:30", "X")}, "date 0 start 30"},
		{"zones unknown", Session{When: at(day, "14:00", "15:30", "A")}, Session{When: at(day, "05:00", "06:30", "B")}, ""},
		{"title and room", Session{Title: "A & B", Rooms: []Placed{{Text: "Hall"}}}, Session{Title: "A and B!", Rooms: []Placed{{Text: "Room"}}}, "room 0"},
		{"theme", Session{Title: "A", Themes: []Placed{{Text: "X"}}}, Session{Title: "B", Themes: []Placed{{Text: "Y"}}}, "title 0 theme 0"},
		{"one is silent", Session{Title: "A"}, Session{Rooms: []Placed{{Text: "Room"}}}, ""},
	}
	for _, tt := range tests {
		var got []string
		for _, c := range Compare(tt.a, tt.b) {
			got = append(got, string(c.Field), itoa(c.Minutes))
		}
		equal(t, tt.name, strings.Join(got, " "), tt.want)
	}
}

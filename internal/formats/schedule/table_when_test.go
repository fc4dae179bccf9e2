package schedule

import (
	"fmt"
	"testing"
	"time"
)

func TestDatesAndTimesAsPeopleWriteThem(t *testing.T) {
	clock := func(minutes int) string {
		if minutes < 0 {
			return "-"
		}
		return clockOfDay(minutes)
	}
	for text, want := range map[string]string{
		"2026-10-20": "2026-10-20 - -", "20.10.2026": "2026-10-20 - -", "20/10/2026": "2026-10-20 - -", "10/20/2026": "2026-10-20 - -",
		"20-Oct-26": "2026-10-20 - -", "Oct 20, 2026": "2026-10-20 - -", "mardi 20 octobre 2026": "2026-10-20 - -", "Tuesday, 20th October 2026 (Day 1)": "2026-10-20 - -",
		"20 de octubre de 2026": "2026-10-20 - -", "вторник, 20 октября 2026 г.": "2026-10-20 - -", "2026年10月20日 星期二": "2026-10-20 - -",
		"الثلاثاء ٢٠ أكتوبر ٢٠٢٦": "2026-10-20 - -", "20261020": "2026-10-20 - -", "2026/10/20 14:00": "2026-10-20 14:00 -", "20.10.26": "2026-10-20 - -",
		"20/10/2026 14:00–15:30": "2026-10-20 14:00 15:30", "2026-10-20T09:30:00": "2026-10-20 09:30 -", "1er mars 2027": "2027-03-01 - -",
		"9:00": " 09:00 -", "09h00": " 09:00 -", "9.30": " 09:30 -", "2 PM": " 14:00 -", "2:15 p.m.": " 14:15 -", "12 am": " 00:00 -", "12:30 PM": " 12:30 -",
		"14:00–15:30": " 14:00 15:30", "9h00 à 10h30": " 09:00 10:30", "de 9h a 10h": " 09:00 10:00", "с 9:00 до 10:30": " 09:00 10:30", "9-10:30 AM": " 09:00 10:30",
		"2-3 pm": " 14:00 15:00", "11-1 pm": " 11:00 13:00", "上午9:00至10:30": " 09:00 10:30", "下午2时30分": " 14:30 -", "٩:٠٠ ص": " 09:00 -", "24:00": " 00:00 -",
		"9:00 - 10:00 (JST)": " 09:00 10:00 jst", "Room 5": " - - room 5", "31.02.2026": " - - 31 02 2026", "25:00": " - - 25 00", "2026": " - - 2026",
	} {
		w := readWhen(text, dayFirst)
		got := w.date() + " " + clock(w.from) + " " + clock(w.to)
		if w.rest != "" {
			got += " " + w.rest
		}
		if got != want {
			t.Errorf("%q is %q, not %q", text, got, want)
		}
	}
	for text, want := range map[string]int{"2026-10-20T09:00:00Z": 0, "2026-10-20 09:00+09:00": 9 * 3600, "2026-10-20T09:00-03:30": -12600, "09:00 UTC+5": 5 * 3600} {
		if w := readWhen(text, dayFirst); !w.hasOffset || w.offset != want || w.from != 540 {
			t.Errorf("%q is %+v", text, w)
		}
	}
	for _, text := range []string{"Tuesday", "Day 2", "第2天", "вторник", "الثلاثاء"} {
		if w := readWhen(text, dayFirst); !w.onlyWeekday {
			t.Errorf("%q is %+v", text, w)
		}
	}
}

func TestOrderOfDayAndMonth(t *testing.T) {
	for _, c := range []struct {
		column []string
		order  rune
		sure   bool
	}{
		{[]string{"20/10/2026", "01/11/2026"}, dayFirst, true},
		{[]string{"10/20/2026", "11/01/2026"}, monthFirst, true},
		{[]string{"10/11/2026", "11/11/2026", "12/11/2026"}, dayFirst, true},
		{[]string{"11/10/2026", "11/11/2026", "11/12/2026"}, monthFirst, true},
		{[]string{"Wednesday 07/10/2026"}, dayFirst, true},
		{[]string{"Friday 07/10/2026"}, monthFirst, true},
		{[]string{"07/10/2026"}, dayFirst, false},
		{[]string{"2026-10-20"}, dayFirst, true},
	} {
		if order, sure := dateOrder(c.column); order != c.order || sure != c.sure {
			t.Errorf("%q: %c %t", c.column, order, sure)
		}
	}
}

func TestLengthsOfTime(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"90": 90 * time.Minute, "90 min": 90 * time.Minute, "1:30": 90 * time.Minute, "1h30": 90 * time.Minute, "1 h 30 min": 90 * time.Minute, "1.5 hours": 90 * time.Minute,
		"1,5 heures": 90 * time.Minute, "PT1H30M": 90 * time.Minute, "1 час 30 минут": 90 * time.Minute, "90分钟": 90 * time.Minute, "1 hora": time.Hour, "٩٠ دقيقة": 90 * time.Minute,
		"long": 0, "-5": 0, "99999999": 0, "": 0,
	} {
		d, ok := readSpan(cell{text: text}, "Duration")
		if d != want || ok != (want > 0) {
			t.Errorf("%q is %s", text, d)
		}
	}
	if d, _ := readSpan(cell{text: "2"}, "Duration (hours)"); d != 2*time.Hour {
		t.Errorf("two hours are %s", d)
	}
}

func TestPeopleOfACell(t *testing.T) {
	for text, want := range map[string]string{
		"Amina Diallo":                                          "Amina Diallo||",
		"Amina Diallo; Jonas Berg":                              "Amina Diallo|| Jonas Berg||",
		"Amina Diallo, Jonas Berg and Li Wei":                   "Amina Diallo|| Jonas Berg|| Li Wei||",
		"Amina Diallo, Jonas Berg, and Li Wei":                  "Amina Diallo|| Jonas Berg|| Li Wei||",
		"Amina Diallo (Tidal Institute, North), Jonas Berg":     "Amina Diallo|Tidal Institute, North| Jonas Berg||",
		"Amina Diallo, Tidal Institute; Jonas Berg, Lighthouse": "Amina Diallo|Tidal Institute| Jonas Berg|Lighthouse|",
		"Amina Diallo, University of Tides":                     "Amina Diallo|University of Tides|",
		"Amina Diallo <amina@example.org>":                      "Amina Diallo||",
		"Moderator: Amina Diallo\n- Jonas Berg - Harbour Trust": "Amina Diallo||moderator Jonas Berg|Harbour Trust|",
		"Amina Diallo (Moderator)":                              "Amina Diallo||moderator",
		"BERG, Jonas":                                           "Jonas BERG||",
		"Amina Diallo et Jonas Berg":                            "Amina Diallo|| Jonas Berg||",
		"Ministry of Ports and Harbours":                        "Ministry of Ports and Harbours||",
		"李伟、王芳":                                                 "李伟|| 王芳||",
		"Ludwig van der Berg, Maria de la Cruz":                 "Ludwig van der Berg|| Maria de la Cruz||",
		"-":                                                     "",
	} {
		list, _ := readPersons(text, "")
		got := ""
		for i, p := range list {
			if i > 0 {
				got += " "
			}
			got += fmt.Sprintf("%s|%s|%s", p.Name, p.Organisation, p.Role)
		}
		if got != want {
			t.Errorf("%q is %q, not %q", text, got, want)
		}
	}
	if list, dropped := readPersons("amina@example.org", ""); len(list) > 0 || !dropped {
		t.Errorf("an address is %v", list)
	}
}

package schedule

import (
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestTableOfSched(t *testing.T) {
	s, found := readSample(t, "table/sched.csv", Options{Zone: "Asia/Tokyo"})
	wantEvents(
		t, s,
		"id:a1b2 | Lighthouses of the world | 2026-10-20 09:00 60 | Room 1 | Amina Diallo, Jonas Berg, Li Wei as moderator",
		"id:c3d4 | Fog, and how to hear it | 2026-10-20 10:30 75 | Room 2 | Nadia Petrova",
	)
	wantFindings(t, found, "ignored column-kept 1 Column=active", "ignored column-kept 1 Column=event_subtype", "ignored column-ignored 1 Column=speaker_emails")
	e := s.Events[0]
	if e.Description != "Where they stand.\n\nAnd why." || e.Starts.Format(time.RFC3339) != "2026-10-20T00:00:00Z" || s.Rooms[0].Capacity != 40 {
		t.Errorf("%q at %s in a room of %d", e.Description, e.Starts, s.Rooms[0].Capacity)
	}
	if text, _ := json.Marshal(s); strings.Contains(string(text), "@example.org") {
		t.Error("an address of a speaker was taken")
	}
}

func TestTableOfGoogle(t *testing.T) {
	s, _ := readSample(t, "table/google.csv", Options{Zone: "Asia/Tokyo"})
	wantEvents(
		t, s,
		"title:tide tables | Tide tables | 2026-10-20 09:00 60 | Room 1 | ",
		"title:night watch | Night watch | 2026-10-22 23:00 120 | Deck | ",
	)
}

// What our own programme.csv holds comes back whole.
func TestOwnTableReadsBack(t *testing.T) {
	s, found := readSample(t, "table/own.csv", Options{})
	wantEvents(
		t, s,
		"code:ws1 | Cables under the sea | 2026-10-20 09:00 90 | Room 1 | ",
		`code:main2 | Opening, with "music" | 2026-10-20 11:00 60 | Main Hall | `,
		"code:of3 | =SUM of all fears | 2026-10-21 23:30 60 | Room 2 |  | cancelled",
		"code:ws4 | 日本語の題名 |   0 |  | ",
	)
	wantFindings(
		t, found, "assumed missing-time 1", "ignored column-kept 1 Column=format", "ignored column-kept 1 Column=body",
		"ignored column-kept 1 Column=tracks", "ignored column-kept 1 Column=questions", "ignored column-kept 1 Column=sdgs",
	)
	want := Event{
		Key: "code:ws1", Code: "ws1", Title: "Cables under the sea", Type: "Workshop", Track: "Infrastructure", Room: "Room 1", Language: "English",
		Date: "2026-10-20", Start: "09:00", Duration: 90 * time.Minute,
		Starts: time.Date(2026, 10, 20, 0, 0, 0, 0, time.UTC), Ends: time.Date(2026, 10, 20, 1, 30, 0, 0, time.UTC),
		Tags: []string{"cables", "sea"}, URL: "https://harbour.example.org/2026/sessions/ws1", Place: Place{Line: 2, Row: 2},
		Extra: map[string]string{
			"format": "Round table", "state": "confirmed", "body": "Coalition on Cables", "tracks": "Access; Trust", "questions": "Q1; Q2", "sdgs": "9; 14",
		},
	}
	if !reflect.DeepEqual(s.Events[0], want) {
		t.Errorf("it is\n%+v\nnot\n%+v", s.Events[0], want)
	}
	if c := s.Conference; c.Zone != "Asia/Tokyo" || c.Venue != "Harbour Centre" {
		t.Errorf("the meeting is %+v", c)
	}
}

// Tables that people typed, in their languages and their programs' encodings.
func TestTablesOfPeople(t *testing.T) {
	s, found := readSample(t, "table/programme_fr.csv", Options{Zone: "Europe/Paris"})
	wantEvents(
		t, s,
		"id:1 | Ouverture | 2026-10-20 09:00 90 | Grande salle | Amina Diallo of Institut des marées, Jonas Berg of Phare SA, Léa Morel as moderator",
		"id:2 | Les câbles | 2026-10-20 10:45 75 | Salle 2 | Nadia Petrova",
		"id:3 | Brume | 2026-10-21 09:30 90 | Salle 2 | Li Wei, Omar Haddad",
	)
	wantFindings(t, found, "assumed encoding 1 Encoding=Windows-1252", "assumed date-carried 3")
	if s.Conference.Title != "Forum du Port 2026" {
		t.Errorf("the meeting is %q", s.Conference.Title)
	}

	s, found = readSample(t, "table/programme_ru.tsv", Options{Zone: "Europe/Moscow"})
	wantEvents(
		t, s,
		"title:кабели под морем | Кабели под морем | 2026-10-20 10:00 90 | Зал 1 | Иванов Пётр, Петрова Анна, Сидоров Олег as moderator",
		"title:маяки мира | Маяки мира | 2026-10-20 12:00 60 | Зал 2 | Смирнова Вера of Институт приливов",
		"title:день неизвестен | День неизвестен |  14:00 0 | Зал 2 | ",
	)
	wantFindings(
		t, found, "assumed encoding 1 Encoding=Windows-1251", "assumed missing-id 3", "assumed date-carried 1", "assumed missing-date 1",
		"ignored day-unknown 1 Column=Дата Row=4 Value=вторник",
	)

	s, _ = readSample(t, "table/programme_zh.csv", Options{Zone: "Asia/Shanghai"})
	wantEvents(
		t, s,
		"title:海底电缆的未来 | 海底电缆的未来 | 2026-10-20 09:00 60 | 会议室一 | 李伟, 王芳",
		"title:灯塔与航行安全 | 灯塔与航行安全 | 2026-10-20 14:00 90 | 会议室二 | 陈明",
	)

	s, _ = readSample(t, "table/programme_ar.csv", Options{Zone: "Africa/Cairo"})
	wantEvents(
		t, s,
		"title:مستقبل الكابلات البحرية | مستقبل الكابلات البحرية | 2026-10-20 09:00 90 | القاعة الكبرى | ليلى حداد, عمر منصور",
		"title:المنارات | المنارات | 2026-10-21 14:00 60 | القاعة ٢ | سارة نور",
	)
}

func TestTableThatIsBroken(t *testing.T) {
	s, found := readSample(t, "table/broken.csv", Options{Zone: "Asia/Tokyo"})
	wantEvents(
		t, s,
		"title:unclosed quote | Unclosed quote | 2026-10-20 09:00 60 | Room 1 | ",
		"title:good one | Good one | 2026-10-21 09:00 60 | Room 1 | ",
		`title:he said "hello" twice | He said "hello" twice | 2026-10-21  0 | Room 2 | `,
		"title:lunch@2026-10-20T12:00 | Lunch | 2026-10-20 12:00 60 | Foyer | ",
		"title:lunch@2026-10-21T12:00 | Lunch | 2026-10-21 12:00 60 | Foyer | ",
		"title:lunch@2026-10-21T12:00#2 | Lunch | 2026-10-21 12:00 60 | Foyer | ",
	)
	wantFindings(
		t, found,
		"repaired quote-broken 1", "refused missing-title 1 Row=4", "assumed missing-id 6", "assumed missing-time 1",
		"ignored number-unreadable 1 Column=Seats Row=3 Value=many", "ignored time-unreadable 1 Column=Start Row=5 Value=25:00",
		"ignored time-unreadable 1 Column=End Row=5 Value=late",
		"clash room-clash 1 Date=2026-10-21 First=Lunch FirstStart=12:00 Minutes=60 Room=Foyer Second=Lunch SecondStart=12:00",
	)
	for _, f := range found {
		if f.Code == "missing-title" && f.Place != (Place{Row: 4, Line: 4}) {
			t.Errorf("the refused row is at %+v", f.Place)
		}
	}
}

// A row for each speaker is one session.
func TestTableWithARowForEachSpeaker(t *testing.T) {
	s, found := readSample(t, "table/speakers_by_row.csv", Options{})
	wantEvents(
		t, s,
		"id:7 | Reading the sky | 2026-10-20 09:00 45 | Room 1 | Amina Diallo of Tidal Institute, Jonas Berg of Lighthouse Trust",
		"id:8 | Reading the sea | 2026-10-20 10:00 90 | Room 1 | Li Wei of Harbour University, Omar Haddad of Port Authority",
	)
	wantFindings(t, found, "repaired rows-merged 1")
}

func TestHeadsMeanFields(t *testing.T) {
	for head, want := range map[string]string{
		"Title": FieldTitle, "Session Title (EN)": FieldTitle, "Titre": FieldTitle, "Título": FieldTitle, "Название": FieldTitle, "标题": FieldTitle, "العنوان": FieldTitle,
		"Title / Titre": FieldTitle, "startTime": FieldStart, "From": FieldStart, "à": FieldEnd, "Heure de début": FieldStart, "Fecha": FieldDate, "день": FieldDate,
		"Duration (min)": FieldDuration, "Salle": FieldRoom, "Место проведения": FieldVenue, "Conférenciers": FieldSpeakers, "Модератор": FieldModerators,
		"Organisateurs": FieldOrganisers, "Rapporteur(s)": FieldRapporteurs, "Speaker Organisation": FieldOrganisations, "Speaker email": FieldIgnore,
		"Résumé": FieldAbstract, "Langue": FieldLanguage, "Ref.": FieldCode, "ID": FieldID, "状态": FieldState, "السعة": FieldCapacity, "Theme": FieldTrack,
		"Favourite colour of the chair of the committee": "", "Catering": "",
	} {
		if got, _ := guessHead(head); got != want {
			t.Errorf("%q means %q, not %q", head, got, want)
		}
	}
	for _, f := range Fields() {
		if f != FieldExtra && f != FieldPeople && headWords[f] == "" {
			t.Errorf("no head means %s", f)
		}
	}
}

// A mapping that somebody settled once holds for the next table with the same heads, in
// whatever order they stand.
func TestMappingIsRemembered(t *testing.T) {
	table := "Aaa;Bbb;Ccc;Ddd\nFirst;20/10/2026 9:00;here;Amina Diallo\n"
	heads, sample, err := Heads("x.csv", []byte(table))
	if err != nil || !slices.Equal(heads, []string{"Aaa", "Bbb", "Ccc", "Ddd"}) || len(sample) != 1 || sample[0][2] != "here" {
		t.Fatalf("heads %q, sample %q, %v", heads, sample, err)
	}
	m := Mapping{{"Aaa", FieldTitle}, {"Bbb", FieldStart}, {"Ccc", FieldRoom}, {"Ddd", FieldRapporteurs}}
	stored, _ := json.Marshal(m)
	var back Mapping
	if err := json.Unmarshal(stored, &back); err != nil || !back.Fits(heads) || back.Fits(heads[:3]) || back.Fits([]string{"Aaa", "Aaa", "Ccc", "Ddd"}) {
		t.Errorf("%s does not fit %q", stored, heads)
	}
	next := "Programme;;;\nDdd;Ccc;Bbb;Aaa\nJonas Berg;there;21/10/2026 10:30;Second\n"
	s, _, err := ReadTable("y.csv", []byte(next), back, Options{Zone: "UTC"})
	if err != nil {
		t.Fatal(err)
	}
	wantEvents(t, s, "title:second | Second | 2026-10-21 10:30 0 | there | Jonas Berg as rapporteur")
	if _, _, err := ReadTable("y.csv", []byte(next), Mapping{{"Aaa", FieldRoom}}, Options{}); !errors.Is(err, ErrUnknown) {
		t.Errorf("a table without titles: %v", err)
	}
}

// Without heads that say anything the columns tell what they are.
func TestColumnsAreGuessedByContent(t *testing.T) {
	s, found, err := ReadTable("x.csv", []byte(`A,B,C,D
2026-10-20,09:00-10:00,Lighthouses of the world,amina@example.org
2026-10-20,10:00-11:30,Fog and how to hear it,jonas@example.org
2026-10-21,09:00-10:00,Measuring the tides of the north,li@example.org
`), nil, Options{Zone: "UTC"})
	if err != nil {
		t.Fatal(err)
	}
	wantEvents(
		t, s,
		"title:lighthouses of the world | Lighthouses of the world | 2026-10-20 09:00 60 |  | ",
		"title:fog and how to hear it | Fog and how to hear it | 2026-10-20 10:00 90 |  | ",
		"title:measuring the tides of the north | Measuring the tides of the north | 2026-10-21 09:00 60 |  | ",
	)
	wantFindings(
		t, found, "assumed column-guessed 1 Column=A Field=date", "assumed column-guessed 1 Column=B Field=time",
		"assumed column-guessed 1 Column=C Field=title", "assumed missing-id 3", "ignored column-ignored 1 Column=D",
	)
}

func TestNoTable(t *testing.T) {
	for _, s := range []string{"", "\n\n\n", "one", "PK\x03\x04nothing", "\xd0\xcf\x11\xe0old", "1,2,3\n4,5,6\n"} {
		if _, _, err := ReadTable("x.csv", []byte(s), nil, Options{}); !errors.Is(err, ErrUnknown) && !errors.Is(err, ErrBroken) {
			t.Errorf("%q: %v", s, err)
		}
	}
	long := "Title,Room\n" + strings.Repeat("a,b\n", maxTableRows+5)
	if _, _, err := ReadTable("x.csv", []byte(long), nil, Options{}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a long table: %v", err)
	}
}

func TestPrivateRowsAreRefused(t *testing.T) {
	s, found, err := ReadTable("x.csv", []byte("Subject,Start Date,Start Time,Private\nOpen,10/20/2026,9:00 AM,FALSE\nClosed,10/20/2026,9:00 AM,TRUE\n"), nil, Options{Zone: "UTC"})
	if err != nil {
		t.Fatal(err)
	}
	wantEvents(t, s, "title:open | Open | 2026-10-20 09:00 0 |  | ")
	wantFindings(t, found, "refused private-event 1 Row=3", "assumed missing-id 1")
}

// The shared samples stay as they are written: a fixture that an editor re-encodes
// tests nothing.
func TestSamplesAreInTheirEncodings(t *testing.T) {
	for path, want := range map[string]string{
		"table/programme_fr.csv": "Windows-1252", "table/programme_ru.tsv": "Windows-1251", "table/programme_zh.csv": "GB 18030",
		"table/programme_ar.csv": "UTF-16", "table/own.csv": "UTF-8", "calendar/broken.ics": "Windows-1252",
	} {
		data, err := os.ReadFile("testdata/" + path)
		if err != nil {
			t.Fatal(err)
		}
		if _, name := decodeText(data); name != want {
			t.Errorf("%s is %s, not %s", path, name, want)
		}
	}
}

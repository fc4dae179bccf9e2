package schedule

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"plenary/internal/testkit"
)

// FuzzRead: nothing panics, and what is accepted can be written and read again, after
// which it is the same bytes.
func FuzzRead(f *testing.F) {
	for name, data := range samples(f) {
		f.Add(name, data, "Asia/Tokyo")
	}
	f.Add("", []byte(`<schedule><day><room><event id="1"><title>a</title><date>2026-10-20T10:00:00Z</date></event></room></day></schedule>`), "")
	f.Add("", []byte(`{"schedule":{"events":[{"title":"a","start":"2026-10-20T10:00:00Z"}]}}`), "")
	f.Fuzz(func(t *testing.T, name string, data []byte, zone string) {
		if len(data) > 64<<10 {
			return
		}
		s, found, err := Read(name, data, Options{Zone: zone})
		if err != nil {
			if s != nil || found != nil {
				t.Error("an error and a schedule")
			}
			return
		}
		checkSound(t, s, found)
		checkWritten(t, s)
	})
}

// FuzzPlainText: what comes out is clean and needs no more cleaning.
func FuzzPlainText(f *testing.F) {
	f.Add("<p>a <b>b</b></p> *c* [d](https://e.example)")
	f.Fuzz(func(t *testing.T, s string) {
		out := plainText(s)
		if out != cleanText(out) {
			t.Errorf("%q is not clean", out)
		}
	})
}

// TestFixturesCut reads the real files cut at many places: nothing panics, and what is
// kept can be written.
func TestFixturesCut(t *testing.T) {
	testkit.Shared(t, "fixtures/schedules")
	for _, name := range []string{"debconf23.xml", "voc/validator/json/examples/frab-camp2019.json", "voc/validator/json/examples/hub-schedule2.json"} {
		data := fixture(t, name)
		for i := range 23 {
			s, _, err := Read(name, data[:len(data)*i/23], Options{})
			if err != nil {
				continue
			}
			if err := WriteXML(io.Discard, s); err != nil {
				t.Errorf("%s cut at %d: %v", name, i, err)
			}
		}
	}
}

// generated is a programme of n events as frab writes it.
func generated(n int) []byte {
	var b bytes.Buffer
	b.WriteString(`<schedule><version>1</version><conference><title>Harbour</title><acronym>harbour</acronym><time_zone_name>Asia/Tokyo</time_zone_name></conference>`)
	for d := range 4 {
		fmt.Fprintf(&b, `<day index="%d" date="2026-10-2%d" start="2026-10-2%dT08:00:00+09:00" end="2026-10-2%dT03:00:00+09:00">`, d+1, d, d, d+1)
		for room := range 10 {
			fmt.Fprintf(&b, `<room name="Room %d">`, room)
			for k := range n / 40 {
				id := (d*10+room)*(n/40) + k + 1
				fmt.Fprintf(&b, `<event id="%d" guid="0d6f1c9e-5f2a-4a3b-8c1d-%012d"><date>2026-10-2%dT%02d:%02d:00+09:00</date><start>%02d:%02d</start><duration>00:20</duration><room>Room %d</room><title>Talk %d</title><type>Talk</type><track>Track %d</track><abstract>&lt;p&gt;Words about &lt;em&gt;tides&lt;/em&gt;, lamps and cables, over some lines, as abstracts have them.&lt;/p&gt;</abstract><persons><person id="%d">Speaker %d</person></persons></event>`,
					id, id, d, 8+k/3, k%3*20, 8+k/3, k%3*20, room, id, room, id, id)
			}
			b.WriteString("</room>")
		}
		b.WriteString("</day>")
	}
	b.WriteString("</schedule>")
	return b.Bytes()
}

func BenchmarkReadXML(b *testing.B) {
	data := generated(1000)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		s, _, err := Read("", data, Options{})
		if err != nil || len(s.Events) != 1000 {
			b.Fatal(err)
		}
	}
}

func BenchmarkWriteXML(b *testing.B) {
	s, _, err := Read("", generated(1000), Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := WriteXML(io.Discard, s); err != nil {
			b.Fatal(err)
		}
	}
}

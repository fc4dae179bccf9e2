package floor

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"plenary/internal/testkit"
)

// E103: a recording that is kept here is larger than other forms, plays beside the
// transcript in parts, and goes when it is taken out.
func TestRecordingIsKept(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h := open(t, address)
		h.bring(english(spoken))
		const page, form = "/2023/ws184/recordings/file", "/2023/ws184/recordings/edit"
		sound := testkit.WAV(1200)
		if len(sound) <= 8<<20 {
			t.Fatalf("a sound of %d bytes shows nothing", len(sound))
		}
		for as, want := range map[string]int{"": http.StatusSeeOther, "member": http.StatusForbidden, "amina": http.StatusForbidden} {
			if w := h.get(as, page); w.Code != want {
				t.Errorf("%q opens the form: %d", as, w.Code)
			}
			if w := h.upload(as, page, "room.wav", sound, nil); w.Code != want || strings.Contains(w.Header().Get("Location"), "recordings/edit") {
				t.Errorf("%q sends a recording: %d %s", as, w.Code, w.Header().Get("Location"))
			}
		}
		if d := h.page("rapporteur", page); d.Find(`form[data-largest="2147483648"] input[type=file]`).Length() != 1 || !strings.Contains(d.Find("main").Text(), "up to 2 GB") {
			t.Errorf("the form: %s", squeeze(d.Find("main").Text()))
		}
		if h.page("rapporteur", at).Find(`a[href$="/recordings/file"]`).Length() != 1 {
			t.Error("the rapporteur does not find the way")
		}

		for name, x := range map[string]struct {
			data []byte
			file string
			want string
		}{
			"no file":   {nil, "", "Please fill in this field"},
			"a page":    {[]byte("<html><script>alert(1)</script>"), "a.mp4", "“a.mp4” is no sound or film that browsers play"},
			"nothing":   {[]byte{}, "a.mp4", "This file is empty"},
			"too large": {sound, "room.wav", "1 MB"},
		} {
			if name == "too large" {
				h.s.UseLimit(1 << 20)
			}
			if w := h.upload("rapporteur", page, x.file, x.data, nil); w.Code < 400 || w.Code >= 500 || !strings.Contains(squeeze(h.read(w).Find("main").Text()), x.want) {
				t.Errorf("%s answers %d: %s", name, w.Code, squeeze(h.read(w).Find("main").Text()))
			}
		}
		h.s.UseLimit(Largest)
		if n := h.count("recordings") + h.count("blobs"); n != 1 { // the captions
			t.Errorf("what was refused left %d rows", n)
		}

		w := h.upload("rapporteur", page, "room one.wav", sound, nil)
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != form {
			t.Fatalf("it answers %d %s: %s", w.Code, w.Header().Get("Location"), squeeze(h.read(w).Find("main").Text()))
		}
		if w := h.upload("rapporteur", page, "again.wav", sound, nil); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "is kept for this session already") {
			t.Errorf("the same once more answers %d", w.Code)
		}
		list, err := h.s.Recordings(t.Context(), h.ses)
		h.ok(err)
		if len(list) != 1 || list[0].Media != "audio" || list[0].FileName != "room one.wav" || list[0].FileSize != int64(len(sound)) || list[0].Label.String() != "room one" {
			t.Fatalf("recordings %+v", list)
		}
		path := "/2023/ws184/recordings/" + string(list[0].ID)

		// What it is, and where the transcript begins in it.
		edit := fields(h.page("rapporteur", form))
		if edit.Get("recordings[0].url") != path {
			t.Errorf("the form has %v", edit)
		}
		edit.Set("recordings[0].url", "https://elsewhere.example/a.wav")
		if w := h.send("rapporteur", form, edit); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "cannot be changed") {
			t.Errorf("another address answers %d", w.Code)
		}
		edit.Set("recordings[0].url", path)
		edit.Set("recordings[0].at", "00:01:00")
		edit.Set("recordings[0].language", "en")
		if w := h.send("rapporteur", form, edit); w.Code != http.StatusSeeOther {
			t.Fatalf("the form answers %d: %s", w.Code, squeeze(h.read(w).Find("main").Text()))
		}
		w = h.get("", at)
		player := h.read(w).Find("audio[data-transcript]")
		if player.AttrOr("src", "") != path || player.AttrOr("data-transcript", "") != "60" || !strings.Contains(w.Header().Get("Content-Security-Policy"), "media-src 'self'") {
			t.Errorf("the player: %v, %s", player.Nodes, w.Header().Get("Content-Security-Policy"))
		}
		if m, err := h.s.Transcript(t.Context(), h.actors[""], h.ses.ID); err != nil || m[0].Recording != path+"#t=65" {
			t.Errorf("a moment is heard at %q, %v", m[0].Recording, err)
		}

		// A player asks for parts.
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
		r.Header.Set("Range", "bytes=40-1039")
		w = h.do("", r)
		if w.Code != http.StatusPartialContent || w.Header().Get("Content-Type") != "audio/wav" || !bytes.Equal(w.Body.Bytes(), sound[40:1040]) {
			t.Errorf("a part: %d, %s, %d bytes", w.Code, w.Header().Get("Content-Type"), w.Body.Len())
		}
		if w := h.get("", "/2023/ws184/recordings/"+string(h.ses.ID)); w.Code != http.StatusNotFound {
			t.Errorf("a recording that is none: %d", w.Code)
		}

		edit = fields(h.page("rapporteur", form))
		edit.Set("recordings[0].remove", "true")
		if w := h.send("rapporteur", form, edit); w.Code != http.StatusSeeOther {
			t.Errorf("taking it out answers %d", w.Code)
		}
		if w := h.get("", path); w.Code != http.StatusNotFound {
			t.Errorf("a recording that was taken out: %d", w.Code)
		}
		if list, err := h.s.Recordings(t.Context(), h.ses); err != nil || slices.ContainsFunc(list, func(r Recording) bool { return r.File != "" }) {
			t.Errorf("it stands: %v %v", list, err)
		}
	})
}

package mail

import (
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"plenary/internal/platform/i18n"
)

func TestAddress(t *testing.T) {
	for in, want := range map[string]string{
		"Amina.Diallo@Example.ORG":    "amina.diallo@example.org",
		"amina@bücher.example":        "amina@xn--bcher-kva.example",
		"amina@xn--bcher-kva.example": "amina@xn--bcher-kva.example",
		"jose\u0301@example.org":      "jos\u00e9@example.org",
		"почта@example.org":           "почта@example.org",
		"a+b@localhost":               "a+b@localhost",
	} {
		addr, key, err := Address(in)
		if err != nil || key != want {
			t.Errorf("%q: %q, %q, %v; want key %q", in, addr, key, err, want)
		}
	}
	if addr, key, err := Address(" Amina@example.org\n"); err != nil || addr != "Amina@example.org" || key != "amina@example.org" {
		t.Errorf("with blanks around it: %q, %q, %v", addr, key, err)
	}
	for _, in := range []string{
		"", "amina", "@example.org", "amina@", "Amina <amina@example.org>", "<amina@example.org>", "a@example.org, b@example.org",
		"a b@example.org", "a@example.org\nBcc: b@example.org", "amina@[127.0.0.1]", "amina@exa mple.org", "amina@-x.org",
		"a\u202eb@example.org", strings.Repeat("x", 65) + "@example.org", "a@" + strings.Repeat("x.", 200) + "org", "a\x00@example.org",
	} {
		if addr, key, err := Address(in); err == nil {
			t.Errorf("%q was taken as %q, %q", in, addr, key)
		}
	}
}

func FuzzAddress(f *testing.F) {
	f.Add("Amina@Example.org")
	f.Add("jose\u0301@bücher.example")
	f.Fuzz(func(t *testing.T, s string) {
		addr, key, err := Address(s)
		if err != nil {
			return
		}
		_, again, err := Address(addr)
		if err != nil || again != key {
			t.Errorf("%q: key %q, of what is shown %q, %v", s, key, again, err)
		}
		if strings.ContainsAny(addr, "\r\n\x00 ") {
			t.Errorf("%q lets through %q", s, addr)
		}
	})
}

func TestWrap(t *testing.T) {
	url := "https://forum.example/" + strings.Repeat("x", 80)
	in := "\n\nDear Amina,\n\n\n\nthe session “Rural networks that outlive their grants” has moved from Room K to Room I, and it now begins at 14:00.   \n" +
		url + "\n- first, which is rather long and therefore goes on in the next line, under its first word\n> said\n" +
		"会议" + strings.Repeat("已移至一号会议室，", 8) + "谢谢。"
	got := Wrap(in)
	for _, line := range strings.Split(got, "\n") {
		if i18n.Columns(line) > lineWidth && line != url {
			t.Errorf("%d columns: %q", i18n.Columns(line), line)
		}
		if r, _ := utf8.DecodeRuneInString(line); closes(r) {
			t.Errorf("a line begins with a mark that closes: %q", line)
		}
	}
	for _, want := range []string{"Dear Amina,\n\nthe session", "\n" + url + "\n", "\n  ", "\n> said\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
	if strings.HasPrefix(got, "\n") || !strings.HasSuffix(got, "。\n") {
		t.Errorf("begins or ends badly:\n%s", got)
	}
	if again := Wrap(got); again != got && !strings.Contains(got, "- first") {
		t.Errorf("wrapped twice it differs:\n%s", again)
	}
	if words := strings.Join(strings.Fields(strings.ReplaceAll(in, "\n", " ")), ""); words != strings.Join(strings.Fields(got), "") {
		t.Error("a character was lost")
	}
}

func TestCompose(t *testing.T) {
	c, err := i18n.Load(fstest.MapFS{
		"room.en.toml": {Data: []byte(`"mail.moved.subject" = "{{.Title}} has moved"
"mail.moved.body" = """
Dear {{.Name}},

{{.Title}} has moved to {{.Room}}.
"""`)},
		"room.fr.toml": {Data: []byte(`"mail.moved.subject" = "{{.Title}} a changé de salle"`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	args := []any{"Name", "Amina", "Title", "<b>Networks</b>\n& nets", "Room", "Room I"}
	subject, text := Compose(c, "en", "moved", args...)
	if subject != "<b>Networks</b> & nets has moved" {
		t.Errorf("subject %q", subject)
	}
	if text != "Dear Amina,\n\n<b>Networks</b>\n& nets has moved to Room I.\n" {
		t.Errorf("text %q", text)
	}
	if subject, text := Compose(c, "fr", "moved", args...); subject != "<b>Networks</b> & nets a changé de salle" || !strings.HasPrefix(text, "Dear Amina") {
		t.Errorf("in French: %q, %q", subject, text)
	}
}

func TestLinked(t *testing.T) {
	text := "See https://forum.example/2023/ws184. Or (http://forum.example/a?b=c&d=e), not javascript:alert(1)."
	var links, all []string
	for _, p := range linked(text) {
		all = append(all, p.Text)
		if p.URL != "" {
			links = append(links, p.URL)
		}
	}
	if strings.Join(all, "") != text {
		t.Errorf("the text changed: %q", all)
	}
	if got := strings.Join(links, " "); got != "https://forum.example/2023/ws184 http://forum.example/a?b=c&d=e" {
		t.Errorf("links %q", got)
	}
}

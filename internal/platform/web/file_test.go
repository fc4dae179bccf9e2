package web

import (
	"mime"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestDisposition(t *testing.T) {
	for _, x := range []struct{ name, want string }{
		{"Kigali Messages 2.pdf", `inline; filename="Kigali Messages 2.pdf"`},
		{"Mensajes de São João 1.docx", `inline; filename="mensajes-de-sao-joao-1.docx"; filename*=UTF-8''Mensajes%20de%20S%C3%A3o%20Jo%C3%A3o%201.docx`},
		{"رسائل كيغالي 2.pdf", `inline; filename="document-2.pdf"; filename*=UTF-8''%D8%B1%D8%B3%D8%A7%D8%A6%D9%84%20%D9%83%D9%8A%D8%BA%D8%A7%D9%84%D9%8A%202.pdf`},
		{"a/b\\c\"d\r\nX: y.pdf", `inline; filename="a b c d X y.pdf"`},
		{"...", `inline; filename="document"`},
	} {
		if got := disposition(x.name, true); got != x.want {
			t.Errorf("%q is sent as\n%s, want\n%s", x.name, got, x.want)
		}
	}
}

func FuzzDisposition(f *testing.F) {
	f.Add("Messages.pdf")
	f.Add("\x00\xff\"; filename=evil.exe")
	f.Fuzz(func(t *testing.T, name string) {
		header := disposition(name, false)
		kind, params, err := mime.ParseMediaType(header)
		if err != nil || kind != "attachment" {
			t.Fatalf("%q: %q: %v", name, header, err)
		}
		got := params["filename"]
		if got == "" || strings.ContainsAny(got, "/\\\x00\r\n") || !utf8.ValidString(got) {
			t.Fatalf("%q is called %q", name, got)
		}
	})
}

package mail

import (
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/platform/i18n"
)

// TextInput is what the staff writes: subject and body, where a language needs them for
// several numbers too. Values stand in single braces: "Dear {Name}".
type TextInput struct {
	Version      int64  `form:"version" ui:"hidden"`
	Lang         string `form:"lang" ui:"hidden" enum:"en,fr,es,ru,zh,ar" required:"1"`
	SubjectZero  string `form:"subject_zero" max:"200"`
	SubjectOne   string `form:"subject_one" max:"200"`
	SubjectTwo   string `form:"subject_two" max:"200"`
	SubjectFew   string `form:"subject_few" max:"200"`
	SubjectMany  string `form:"subject_many" max:"200"`
	SubjectOther string `form:"subject" max:"200" required:"1"`
	BodyZero     string `form:"body_zero" ui:"area" max:"10000"`
	BodyOne      string `form:"body_one" ui:"area" max:"10000"`
	BodyTwo      string `form:"body_two" ui:"area" max:"10000"`
	BodyFew      string `form:"body_few" ui:"area" max:"10000"`
	BodyMany     string `form:"body_many" ui:"area" max:"10000"`
	BodyOther    string `form:"body" ui:"area" max:"10000" required:"1"`
}

// forms are the fields of the input by plural form.
func (in *TextInput) forms() (subject, body map[string]*string) {
	subject = map[string]*string{
		"zero": &in.SubjectZero, "one": &in.SubjectOne, "two": &in.SubjectTwo, "few": &in.SubjectFew, "many": &in.SubjectMany, "other": &in.SubjectOther,
	}
	body = map[string]*string{
		"zero": &in.BodyZero, "one": &in.BodyOne, "two": &in.BodyTwo, "few": &in.BodyFew, "many": &in.BodyMany, "other": &in.BodyOther,
	}
	return subject, body
}

// InputOf is a text as its form shows it.
func InputOf(t Text) TextInput {
	in := TextInput{Version: t.Version, Lang: t.Lang}
	subject, body := in.forms()
	for form, text := range t.Now.Subject {
		*subject[form] = text
	}
	for form, text := range t.Now.Body {
		*body[form] = text
	}
	return in
}

// fieldOf is the name of a field: body, body_one.
func fieldOf(part, form string) string {
	if form == "other" {
		return part
	}
	return part + "_" + form
}

// wording is what was written, or what is wrong with it by field.
func (s *Service) wording(name string, in TextInput) (Wording, error) {
	out := Wording{Subject: i18n.Forms{}, Body: i18n.Forms{}}
	program, ok := s.program(name, in.Lang)
	if !ok || !core.LangKnown(in.Lang) {
		return out, core.NotFound()
	}
	may, must := s.values(name)
	subject, body := in.forms()
	var p core.Problems
	for _, form := range i18n.PluralForms {
		for _, x := range []struct {
			part        string
			text        string
			keep, usual i18n.Forms
			most        int
		}{{"subject", oneLine(*subject[form]), out.Subject, program.Subject, maxSubject}, {"body", strings.TrimSpace(*body[form]), out.Body, program.Body, maxBody}} {
			field := fieldOf(x.part, form)
			if _, ok := x.usual[form]; !ok {
				if x.text != "" {
					p.Add(field, "mailtexts.error.form")
				}
				continue
			}
			x.keep[form] = x.text
			checkText(&p, field, x.text, x.most, may)
			for _, v := range must {
				if x.part == "body" && x.text != "" && !strings.Contains(x.text, "{"+v+"}") {
					p.Add(field, "mailtexts.error.needed", "Value", "{"+v+"}")
				}
			}
		}
	}
	return out, p.Err()
}

func checkText(p *core.Problems, field, text string, most int, may []string) {
	if text == "" {
		p.Add(field, "form.required")
		return
	}
	if n := len([]rune(text)); n > most {
		p.Add(field, "form.too_long", "Count", most, "Have", n)
	}
	if strings.Contains(text, "{{") || strings.Contains(text, "}}") {
		p.Add(field, "mailtexts.error.braces")
		return
	}
	for _, m := range inBraces.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(may, m[1]) {
			p.Add(field, "mailtexts.error.value", "Value", m[0], "Values", "{"+strings.Join(may, "} {")+"}")
			return
		}
	}
}

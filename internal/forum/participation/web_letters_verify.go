package participation

import (
	"net/http"

	"plenary/internal/core"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

type verifyView struct {
	Title, Lead string
	Code        string
	Unknown     bool
	Found       bool
	Status      web.Status
	Facts       []fact
	Explain     string
	Name        string
	Printed     []fact
	Form        *web.Form
	Again       string
}

// answerInput is what a visitor types of the letter before her.
type answerInput struct {
	Answer string `form:"answer" max:"120" required:"true"`
}

// verify is the page on which anybody types the code of a letter.
func (w *Web) verify(c *web.C) error {
	if code := c.Query("code"); code != "" {
		plain := plainCode(code, letterSigns)
		if plain == "" {
			return w.unknown(c, code)
		}
		return c.Redirect("/verify/" + inFours(plain))
	}
	return w.verifyPage(c, verifyView{Title: c.T("participation.letter.verify.title"), Lead: c.T("participation.letter.verify.lead")}, http.StatusOK)
}

func (w *Web) unknown(c *web.C, code string) error {
	return w.verifyPage(c, verifyView{Title: c.T("participation.letter.verify.unknown"), Lead: c.T("participation.letter.verify.unknown_text"), Code: code, Unknown: true}, http.StatusNotFound)
}

// verifyPage is kept by nobody, and found by no search engine.
func (w *Web) verifyPage(c *web.C, v verifyView, status int) error {
	c.W.Header().Set("X-Robots-Tag", "noindex")
	c.W.Header().Set("Referrer-Policy", "no-referrer")
	v.Again = c.URL("/verify")
	return c.Page(web.Page{
		Name: "participation/verify", Title: v.Title, Section: "about", NoIndex: true, Status: status, V: v, Canonical: c.S.BaseURL + "/verify",
		Trail: []web.Crumb{{Label: c.T("participation.letter.verify.title")}},
	})
}

// verified says what a letter is worth, and compares its name with who has it before her.
func (w *Web) verified(c *web.C) error {
	code := c.Param("code")
	var found *Verified
	var failed, err error
	in := answerInput{}
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(&in); failed == nil {
			if p := core.Validate(in); p.Err() != nil {
				failed = p.Err()
			}
		}
		if failed == nil {
			found, failed = w.s.Unlock(c.Context(), code, web.RemoteAddr(c.R), in.Answer)
			if core.KindOf(failed) != core.KindInvalid && failed != nil {
				err, failed = failed, nil
			}
		}
	}
	if found == nil && err == nil {
		found, err = w.s.Verify(c.Context(), code, web.RemoteAddr(c.R))
	}
	if core.KindOf(err) == core.KindNotFound {
		return w.unknown(c, code)
	}
	if err != nil {
		return err
	}
	v := verifyView{
		Title: c.T("participation.letter.verify." + found.State), Code: found.Code, Found: true, Explain: c.T("participation.letter.verify." + found.State + "_text"),
		Status: c.Status(letterClass[found.State], "participation.letter.state."+found.State), Name: found.Name,
	}
	v.Facts = []fact{
		{c.T("participation.letter.kind"), w.letterName(c, found.Kind)},
		{c.T("participation.letter.fact.number"), i18n.Number(c.Lang, found.Number)},
		{c.T("participation.letter.fact.edition"), c.Text(found.Edition.Name).S},
		{c.T("participation.letter.issued"), c.Date(found.Issued.In(found.Edition.Zone))},
	}
	if !found.Revoked.IsZero() {
		v.Facts = append(v.Facts, fact{c.T("participation.letter.ended"), c.Date(found.Revoked.In(found.Edition.Zone))})
	}
	for _, f := range found.Facts {
		v.Printed = append(v.Printed, fact{c.T("participation.letter.fact." + f.Name), f.Value})
	}
	status := http.StatusOK
	if found.Name == "" && found.State != LetterErased {
		f := c.Form("participation.letter.answer", &in)
		f.Action = c.URL("/verify/" + found.Code)
		if status, err = f.Refused(failed); err != nil {
			return err
		}
		v.Form = f
	}
	return w.verifyPage(c, v, status)
}

package browser

import "net/http"

// follow is where an edition follows schedules elsewhere.
const follow = sample + "/import/sources"

// The pages on which schedules elsewhere are followed, and on which others find this one.
func init() {
	pages = append(pages, []page{
		{name: "sources-none", path: "/2024/import/sources", as: "secretariat"},
		{name: "sources-wrong", path: "/2024/import/sources", as: "secretariat", want: http.StatusUnprocessableEntity, act: sendForm},
		{name: "sources-refused", path: follow, as: "secretariat", want: http.StatusUnprocessableEntity, act: lookInside},
		{name: "data-staff", path: sample + "/data", as: "secretariat"},
	}...)
}

// lookInside follows an address of this machine, where the forum does not go.
func lookInside(b *tab) {
	eval[bool](b, `(() => { document.querySelector("main form.form [name=url]").value = "http://127.0.0.1:9/schedule/" + Date.now() + ".json"; return true })()`)
	sendForm(b)
	b.press("main form[action$='/look'] button")
}

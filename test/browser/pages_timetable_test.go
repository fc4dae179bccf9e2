package browser

import "net/http"

// plan is where the programme team works on the timetable of the demo.
const plan = sample + "/timetable"

// The pages by which the programme team sets its plan up, and by which others say what
// their sessions need.
func init() {
	pages = append(pages, []page{
		{name: "plan-rules", path: plan + "/rules", as: "secretariat"},
		{name: "plan-days", path: plan + "/days", as: "secretariat"},
		{name: "plan-days-none", path: "/2024/timetable/days", as: "secretariat"},
		{name: "plan-rooms", path: plan + "/rooms", as: "secretariat"},
		{name: "plan-ties", path: plan + "/ties", as: "secretariat"},
		{name: "plan-ties-wrong", path: plan + "/ties", as: "secretariat", want: http.StatusUnprocessableEntity, act: sendForm},
		{name: "plan-absences", path: plan + "/absences", as: "secretariat"},
		{name: "plan-absences-none", path: plan + "/absences?q=zzzz", as: "secretariat"},
		{name: "plan-absences-wrong", path: plan + "/absences", as: "secretariat", want: http.StatusUnprocessableEntity, act: sendForm},
		{name: "placement", path: "{mine}/placement", as: "organiser"},
		{name: "placement-staff", path: "{session}/placement", as: "secretariat"},
		{name: "availability", path: sample + "/my-availability", as: "organiser"},
		{name: "availability-wrong", path: sample + "/my-availability", as: "organiser", want: http.StatusUnprocessableEntity, act: sendForm},
	}...)
}

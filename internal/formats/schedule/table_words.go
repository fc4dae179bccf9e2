package schedule

import "strings"

// headWords are what stands over columns, by field: exports of known programs first,
// then words of people. Each list is divided by bars. A word after a tilde is weak: it
// yields to any other column of the field.
var headWords = map[string]string{
	FieldTitle: `title|session title|talk title|proposal title|event title|session name|event name|presentation title|activity title|name of session|title of session|workshop title|
		~name|~session|~subject|~summary|~topic|~event|~activity|~item|~what|~talk|
		titre|titre de la session|intitule|~nom|~seance|~sujet|~activite|~evenement|
		titulo|titulo de la sesion|nombre de la sesion|~nombre|~sesion|~asunto|~actividad|~evento|
		название|название сессии|название мероприятия|наименование|заголовок|~сессия|~тема выступления|~мероприятие|~заседание|
		标题|会议标题|会议名称|题目|名称|主题名称|~会议|~活动|
		العنوان|عنوان|عنوان الجلسة|اسم الجلسة|~الجلسة|~الفعالية|~الاسم`,
	FieldSubtitle: `subtitle|sub title|sous titre|subtitulo|подзаголовок|副标题|العنوان الفرعي`,
	FieldID: `id|uid|guid|uuid|event key|session id|session key|event id|talk id|submission id|identifier|identifiant|identificador|идентификатор|编号|المعرف|
		~no|~nr|~n|~number|~numero|~номер|~序号|~الرقم|~key`,
	FieldCode: `code|ref|reference|session code|session ref|reference code|short code|proposal code|codigo|referencia|код|шифр|代码|参考|الرمز|المرجع|رمز`,
	FieldDate: `date|day|session date|start date|event start date|date start|begin date|date debut|date de debut|jour|journee|fecha|fecha de inicio|dia|дата|день|дата начала|日期|日|天|开始日期|التاريخ|اليوم|تاريخ|يوم|تاريخ البدء|~when|~weekday`,
	FieldStart: `start|starts|start time|starttime|begin|begins|from|starts at|session start|session start time|event start|event start time|start datetime|begin time|time start|scheduled at|start local|
		debut|heure de debut|de|heure debut|inicio|hora de inicio|desde|comienzo|начало|время начала|с|开始|开始时间|起始时间|البداية|وقت البدء|من|بداية|وقت البداية`,
	FieldEnd: `end|ends|end time|endtime|to|until|till|finish|ends at|session end|session end time|event end|event end time|end datetime|time end|finish time|end local|
		fin|heure de fin|~a|heure fin|final|hora de fin|hasta|hora de finalizacion|конец|окончание|время окончания|до|по|结束|结束时间|النهاية|وقت الانتهاء|الى|نهاية|وقت النهاية`,
	FieldTime:     `time|times|time slot|timeslot|slot|hours|schedule|session time|local time|heure|horaire|heures|creneau|hora|horario|время|часы|расписание|时间|时段|الوقت|الساعه|التوقيت|وقت`,
	FieldEndDate:  `end date|event end date|date end|date de fin|date fin|fecha de fin|fecha final|дата окончания|结束日期|تاريخ الانتهاء|تاريخ النهاية`,
	FieldDuration: `duration|~length|~minutes|~mins|duration minutes|duration min|duree|duracion|продолжительность|длительность|时长|持续时间|المدة|مدة`,
	FieldZone:     `zone|timezone|time zone|tz|fuseau|fuseau horaire|zona horaria|huso horario|часовой пояс|时区|المنطقة الزمنية|المنطقه الزمنيه`,
	FieldStartUTC: `start utc|utc start|begin utc|utc time start|start time utc|start gmt`,
	FieldEndUTC:   `end utc|utc end|utc time end|end time utc|end gmt`,
	FieldRoom:     `room|hall|room name|meeting room|room location|stage|salle|salon|sala|salon de actos|зал|комната|аудитория|помещение|房间|会议室|会场|القاعة|قاعة|الغرفة|غرفة|~where`,
	FieldVenue:    `venue|location|place|building|address|venue name|lieu|endroit|batiment|lugar|ubicacion|sede|edificio|место|место проведения|место встречи|площадка|адрес|здание|地点|场地|地址|المكان|الموقع|مكان|المبنى`,
	FieldType: `type|session type|event type|kind|category|type of session|type de session|categorie|tipo|tipo de sesion|categoria|тип|вид|тип сессии|категория|类型|类别|会议类型|النوع|نوع|نوع الجلسة|الفئة|
		~format|~session format|~formato|~формат|~形式|~格式|~الشكل`,
	FieldTrack: `track|theme|stream|tracks|themes|thematic track|main theme|programme track|strand|thematique|axe|parcours|tema|eje|eje tematico|linea tematica|трек|направление|тема|тематика|секция|主题|专题|分论坛|轨道|المسار|المحور|مسار|الموضوع|محور`,
	FieldSpeakers: `speakers|speaker|speaker names|speaker name|presenters|presenter|panelists|panellists|panelist|panellist|participants|people|persons|with|resource persons|keynote|keynote speaker|authors|author|
		intervenants|intervenant|orateurs|orateur|conferenciers|panelistes|ponentes|ponente|oradores|orador|expositores|panelistas|participantes|conferencistas|
		спикеры|спикер|докладчики на сессии|выступающие|выступающий|участники|ораторы|发言人|演讲者|嘉宾|演讲人|主讲人|المتحدثون|المتحدثين|متحدث|المتحدث|المشاركون|المتكلمون`,
	FieldModerators: `moderators|moderator|chair|chairs|chairperson|facilitator|facilitators|session chair|onsite moderator|on site moderator|online moderator|moderated by|host|hosts|
		moderateurs|moderateur|moderatrice|president|animateur|moderadores|moderador|moderadora|presidente|facilitador|модераторы|модератор|ведущий|ведущие|председатель|主持人|主席|ميسر|المنسق|مدير الجلسة|رئيس الجلسة|الميسر|المشرف`,
	FieldOrganisers: `organisers|organizers|organiser|organizer|session organizers|session organisers|proposer|proposers|co organizers|co organisers|organized by|organised by|submitter|
		organisateurs|organisateur|organisatrice|organizadores|organizador|organizadora|организаторы|организатор|组织者|主办方|主办单位|المنظمون|المنظم|منظم|الجهة المنظمة`,
	FieldRapporteurs: `rapporteurs|rapporteur|reporter|reporters|note taker|notetaker|rapporteuse|relator|relatores|relatora|докладчик|докладчики|报告员|记录员|المقرر|مقرر|المقررون`,
	FieldOrganisations: `organisation|organization|organisations|organizations|affiliation|affiliations|company|institution|speaker organization|speaker organisation|
		etablissement|institution de l intervenant|societe|organizacion|institucion|empresa|afiliacion|организация|организации|учреждение|компания|机构|单位|组织|المنظمة|المؤسسة|الجهة|الانتماء`,
	FieldAbstract:    `abstract|short description|summary text|teaser|resume|resumen|аннотация|краткое описание|резюме|摘要|简介|الملخص|ملخص|~overview`,
	FieldDescription: `description|session description|details|full description|long description|content|descripcion|detalles|contenido|описание|содержание|подробности|描述|说明|详情|内容|الوصف|وصف|التفاصيل|~notes`,
	FieldLanguage:    `language|languages|lang|session language|langue|langues|idioma|idiomas|lengua|язык|языки|语言|语种|اللغة|لغة|اللغات`,
	FieldURL:         `url|link|links|web page|webpage|website|page|session url|permalink|web|lien|site web|page web|enlace|pagina web|vinculo|ссылка|адрес страницы|сайт|链接|网址|网站|الرابط|رابط|الموقع الالكتروني`,
	FieldVideo:       `video|video url|recording|recording url|video link|youtube|video stream|enregistrement|grabacion|видео|запись|ссылка на запись|视频|录像|فيديو|التسجيل`,
	FieldTags:        `tags|tag|keywords|keyword|topics|labels|mots cles|etiquettes|etiquetas|palabras clave|теги|метки|ключевые слова|标签|关键词|الوسوم|وسوم|الكلمات المفتاحيه`,
	FieldState:       `state|status|session status|statut|etat|estado|статус|состояние|状态|الحالة|حالة`,
	FieldCapacity:    `capacity|seats|room capacity|session capacity|max attendees|seat limit|capacite|places|capacidad|aforo|plazas|вместимость|количество мест|容量|座位数|السعة|سعة|عدد المقاعد`,
	FieldPrivate:     `private|confidential|prive|privado|личное|私密|خاص`,
	FieldIgnore: `email|e mail|mail|speaker email|speaker emails|email address|e mail address|contact|contact email|phone|telephone|mobile|phone number|tel|whatsapp|
		courriel|adresse electronique|correo|correo electronico|telefono|электронная почта|почта|телефон|邮箱|电子邮件|电话|手机|البريد الالكتروني|الهاتف|رقم الهاتف|password|access code|host key`,
}

// Weights of a head: the whole of it is known, a part of a bilingual one is, a word of
// it is.
const (
	weightWhole  = 4
	weightPart   = 3
	weightWithin = 2
	weightWeak   = 1
)

type headWord struct {
	field string
	weak  bool
}

var headIndex, headLongest = indexHeads()

func indexHeads() (index map[string]headWord, longest int) {
	index = make(map[string]headWord)
	for _, field := range fields {
		for word := range strings.SplitSeq(headWords[field], "|") {
			word, weak := strings.CutPrefix(strings.TrimSpace(word), "~")
			key := headKey(word)
			if _, ok := index[key]; !ok && key != "" {
				index[key] = headWord{field, weak}
			}
		}
	}
	for key := range index {
		longest = max(longest, len(strings.Fields(key)))
	}
	return index, longest
}

// guessHead finds the field of a head and how sure that is; "" when it is not known.
func guessHead(head string) (field string, weight int) {
	if len(head) > 200 {
		return "", 0
	}
	key := headKey(head)
	if w, ok := headIndex[key]; ok {
		if w.weak {
			return w.field, weightWeak
		}
		return w.field, weightWhole
	}
	parts := strings.FieldsFunc(head, func(r rune) bool { return strings.ContainsRune("/|\n–—()（）", r) })
	if len(parts) > 1 {
		for _, part := range parts {
			if w, ok := headIndex[headKey(part)]; ok && !w.weak {
				return w.field, weightPart
			}
		}
	}
	words := strings.Fields(key)
	if len(words) > 6 {
		return "", 0 // a sentence
	}
	for n := min(len(words)-1, headLongest); n > 0; n-- {
		for from := len(words) - n; from >= 0; from-- { // "Speaker organisation" is an organisation
			w, ok := headIndex[strings.Join(words[from:from+n], " ")]
			if ok && !w.weak && len([]rune(strings.Join(words[from:from+n], ""))) > 2 {
				return w.field, weightWithin
			}
		}
	}
	return "", 0
}

// headScore says how much a cell looks like a head.
func headScore(head string) int {
	field, weight := guessHead(head)
	switch {
	case field == "":
		return 0
	case weight >= weightPart:
		return 4
	}
	return weight
}

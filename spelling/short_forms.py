"""Common short forms of given names that people sign with. One line per name, full form first; add any that are missing."""

_LINES = """
abigail abby gail
abraham abe
adelaide addie
albert al bert bertie
alexander alex al sandy xander sasha
alexandra alex sandra sandy sasha lexi
alfred al fred alf
alistair al
allan al
amanda mandy
andrea andie
andrew andy drew
angela angie
anthony tony
antoinette toni
antonio tony
arthur art
augustine gus
barbara barb babs
barnabas barney
bartholomew bart
beatrice bea
benjamin ben
bernard bernie
bradley brad
brandon bran
brenda bren
bridget bridie
bruce
calvin cal
cameron cam
carolyn carol lyn
caroline carrie carol
catherine cathy cate cat kate katie kathy
charles charlie chuck chas
charlotte charlie lottie
cheryl cher
christina chris tina christy
christine chris christy
christopher chris kit topher
clifford cliff
constance connie
cornelius neil
curtis curt
cynthia cindy
daniel dan danny
danielle dani
david dave davey
deborah deb debbie debra
debra deb debbie
dennis den
derek del
diana di
dominic dom
donald don donnie
dorothy dot dottie dolly
douglas doug
edith edie
edmund ed ted
edward ed eddie ted ned
eleanor ellie nora nell
elizabeth liz lizzie beth betty betsy eliza lisa elsie libby bess
emily em
emmanuel manny
eugene gene
evelyn evie
ezekiel zeke
florence flo
frances fran frankie
francis frank
franklin frank
frederick fred freddie rick
gabriel gabe
gabriella gabby
genevieve gen
geoffrey geoff jeff
gerald gerry jerry
geraldine gerry
gordon gord
gregory greg
gwendolyn gwen
harold harry hal
harriet hattie
heather
helena helen lena
henry hank harry hal
herbert herb bert
howard howie
hugh hughie
ian
isaac ike
isabel izzy bella
isabella izzy bella
jacob jake
jacqueline jackie
james jim jimmy jamie jem
janet jan
janice jan
jason jay
jeffrey jeff
jennifer jen jenny
jeremiah jerry
jeremy jem
jerome jerry
jessica jess jessie
joan joanie
joanna jo
joanne jo
john jack johnny
jonathan jon jonny
joseph joe joey
josephine jo josie
joshua josh
joyce
judith judy
julia jules
julian jules
katherine kate katie kathy kat kay
kathleen kathy kate katie
kathryn kate katie kathy
kenneth ken kenny
kimberly kim
kristina kris tina
kristine kris
kristopher kris
lawrence larry
leonard leo len lenny
leslie les
lillian lil lily
louis lou
louise lou
lucille lucy
luke
madeline maddie
margaret maggie meg peggy marge margie greta daisy
marjorie marge margie
martha marty
martin marty
matthew matt
maureen mo
maurice moe
maxwell max
megan meg
melanie mel
melinda mindy
melissa mel missy
michael mike mick mickey
michelle shelly
mildred millie
miranda mandy
mitchell mitch
mohammed mo
muhammad mo
nancy nan
nathan nate
nathaniel nate nat
nicholas nick nicky
nicole nicky niki
norman norm
oliver ollie
olivia liv livvy
pamela pam
patricia pat patty trish tricia
patrick pat paddy
peter pete
philip phil
phillip phil
priscilla cilla
rachel rach
randolph randy
raymond ray
rebecca becky becca bec
reginald reg reggie
richard rick ricky rich dick richie
robert rob bob bobby robbie bert
roberta bobbie
roderick rod rick
rodney rod
roger rog
ronald ron ronnie
rosemary rose rosie
russell russ
samantha sam sammy
samuel sam sammy
sandra sandy
sarah sally sadie
sean
sharon shaz
shirley shirl
sidney sid
solomon sol
stanley stan
stephanie steph
stephen steve
steven steve
stewart stew stu
stuart stu
susan sue susie
suzanne sue suzie
sylvia syl
tabitha tabby
tamara tammy
teresa terry tess
terence terry
theodore ted teddy theo
theresa terry tess
thomas tom tommy
timothy tim timmy
tobias toby
tracy trace
valerie val
vanessa van
veronica ronnie
victor vic
victoria vicky tori
vincent vince vinny
vivian viv
virginia ginny
walter walt wally
wilfred wilf
william bill billy will willie liam
winifred winnie
yvonne vonnie
zachary zach zack
"""

SHORT_FORMS: dict[str, frozenset[str]] = {}
for _line in _LINES.split("\n"):
    _full, *_short = _line.split() or [""]
    SHORT_FORMS[_full] = SHORT_FORMS.get(_full, frozenset()) | frozenset(_short)
SHORT_FORMS.pop("", None)

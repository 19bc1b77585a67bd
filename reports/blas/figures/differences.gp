# Made by widecheck. Draw again: gnuplot differences.gp
if (!exists('output')) output = 'differences.svg'
set encoding utf8
set terminal svg size 820,430 fixed noenhanced rounded background '#ffffff' font 'DejaVu Sans,Verdana,Arial,sans-serif,13'
set output output
set title 'How far the backends’ numbers differ' noenhanced offset 0,-0.3
set border 3 lc rgb '#404040'
set xtics offset 0,0.25
set xlabel offset 0,0.4
set tics nomirror out scale 0.8,0.4 textcolor rgb '#202020'
set grid xtics ytics mxtics mytics lt 1 lc rgb '#d9d9d9' lw 0.6, lt 1 lc rgb '#efefef' lw 0.4
set minussign
set key outside below center horizontal Left reverse noenhanced samplen 3.2 spacing 1.25 height 0.6
set object rectangle from first 0.52, first -0.46 to first 1.48, first 0.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#43BB71' behind
set label '1e-15' at first 1, first 0 center font ',11' tc rgb 'black' front
set object rectangle from first 1.52, first -0.46 to first 2.48, first 0.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#43BB71' behind
set label '1e-15' at first 2, first 0 center font ',11' tc rgb 'black' front
set object rectangle from first 2.52, first -0.46 to first 3.48, first 0.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#43BB71' behind
set label '1e-15' at first 3, first 0 center font ',11' tc rgb 'black' front
set object rectangle from first 3.52, first -0.46 to first 4.48, first 0.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#43BB71' behind
set label '1e-15' at first 4, first 0 center font ',11' tc rgb 'black' front
set object rectangle from first 4.52, first -0.46 to first 5.48, first 0.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#43BB71' behind
set label '1e-15' at first 5, first 0 center font ',11' tc rgb 'black' front
set object rectangle from first 5.52, first -0.46 to first 6.48, first 0.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#43BB71' behind
set label '1e-15' at first 6, first 0 center font ',11' tc rgb 'black' front
set object rectangle from first 6.52, first -0.46 to first 7.48, first 0.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#50C26A' behind
set label '4e-16' at first 7, first 0 center font ',11' tc rgb 'black' front
set object rectangle from first 0.52, first 0.54 to first 1.48, first 1.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#450E5F' behind
set label '3e-7' at first 1, first 1 center font ',11' tc rgb 'white' front
set object rectangle from first 1.52, first 0.54 to first 2.48, first 1.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#450E5F' behind
set label '3e-7' at first 2, first 1 center font ',11' tc rgb 'white' front
set object rectangle from first 2.52, first 0.54 to first 3.48, first 1.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#450E5F' behind
set label '3e-7' at first 3, first 1 center font ',11' tc rgb 'white' front
set object rectangle from first 3.52, first 0.54 to first 4.48, first 1.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#450E5F' behind
set label '3e-7' at first 4, first 1 center font ',11' tc rgb 'white' front
set object rectangle from first 4.52, first 0.54 to first 5.48, first 1.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#450E5F' behind
set label '3e-7' at first 5, first 1 center font ',11' tc rgb 'white' front
set object rectangle from first 5.52, first 0.54 to first 6.48, first 1.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#450E5F' behind
set label '3e-7' at first 6, first 1 center font ',11' tc rgb 'white' front
set object rectangle from first 6.52, first 0.54 to first 7.48, first 1.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#44085A' behind
set label '5e-7' at first 7, first 1 center font ',11' tc rgb 'white' front
set object rectangle from first 0.52, first 1.54 to first 1.48, first 2.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#40BA73' behind
set label '1e-15' at first 1, first 2 center font ',11' tc rgb 'black' front
set object rectangle from first 1.52, first 1.54 to first 2.48, first 2.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#40BA73' behind
set label '1e-15' at first 2, first 2 center font ',11' tc rgb 'black' front
set object rectangle from first 2.52, first 1.54 to first 3.48, first 2.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#40BA73' behind
set label '1e-15' at first 3, first 2 center font ',11' tc rgb 'black' front
set object rectangle from first 3.52, first 1.54 to first 4.48, first 2.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#40BA73' behind
set label '1e-15' at first 4, first 2 center font ',11' tc rgb 'black' front
set object rectangle from first 4.52, first 1.54 to first 5.48, first 2.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#40BA73' behind
set label '1e-15' at first 5, first 2 center font ',11' tc rgb 'black' front
set object rectangle from first 5.52, first 1.54 to first 6.48, first 2.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#40BA73' behind
set label '1e-15' at first 6, first 2 center font ',11' tc rgb 'black' front
set object rectangle from first 6.52, first 1.54 to first 7.48, first 2.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#4ABF6D' behind
set label '6e-16' at first 7, first 2 center font ',11' tc rgb 'black' front
set object rectangle from first 0.52, first 2.54 to first 1.48, first 3.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#40BA73' behind
set label '1e-15' at first 1, first 3 center font ',11' tc rgb 'black' front
set object rectangle from first 1.52, first 2.54 to first 2.48, first 3.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#40BA73' behind
set label '1e-15' at first 2, first 3 center font ',11' tc rgb 'black' front
set object rectangle from first 2.52, first 2.54 to first 3.48, first 3.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#40BA73' behind
set label '1e-15' at first 3, first 3 center font ',11' tc rgb 'black' front
set object rectangle from first 3.52, first 2.54 to first 4.48, first 3.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#40BA73' behind
set label '1e-15' at first 4, first 3 center font ',11' tc rgb 'black' front
set object rectangle from first 4.52, first 2.54 to first 5.48, first 3.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#40BA73' behind
set label '1e-15' at first 5, first 3 center font ',11' tc rgb 'black' front
set object rectangle from first 5.52, first 2.54 to first 6.48, first 3.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#40BA73' behind
set label '1e-15' at first 6, first 3 center font ',11' tc rgb 'black' front
set object rectangle from first 6.52, first 2.54 to first 7.48, first 3.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#f0f0f0' behind
set label 'equal' at first 7, first 3 center font ',11' tc rgb '#505050' front
set object rectangle from first 0.52, first 3.54 to first 1.48, first 4.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#3EB974' behind
set label '1e-15' at first 1, first 4 center font ',11' tc rgb 'black' front
set object rectangle from first 1.52, first 3.54 to first 2.48, first 4.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#3EB974' behind
set label '1e-15' at first 2, first 4 center font ',11' tc rgb 'black' front
set object rectangle from first 2.52, first 3.54 to first 3.48, first 4.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#3EB974' behind
set label '1e-15' at first 3, first 4 center font ',11' tc rgb 'black' front
set object rectangle from first 3.52, first 3.54 to first 4.48, first 4.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#3EB974' behind
set label '1e-15' at first 4, first 4 center font ',11' tc rgb 'black' front
set object rectangle from first 4.52, first 3.54 to first 5.48, first 4.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#3EB974' behind
set label '1e-15' at first 5, first 4 center font ',11' tc rgb 'black' front
set object rectangle from first 5.52, first 3.54 to first 6.48, first 4.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#3EB974' behind
set label '1e-15' at first 6, first 4 center font ',11' tc rgb 'black' front
set object rectangle from first 6.52, first 3.54 to first 7.48, first 4.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#f0f0f0' behind
set label 'equal' at first 7, first 4 center font ',11' tc rgb '#505050' front
set object rectangle from first 0.52, first 4.54 to first 1.48, first 5.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#DCE32A' behind
set label '4e-19' at first 1, first 5 center font ',11' tc rgb 'black' front
set object rectangle from first 1.52, first 4.54 to first 2.48, first 5.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#DCE32A' behind
set label '4e-19' at first 2, first 5 center font ',11' tc rgb 'black' front
set object rectangle from first 2.52, first 4.54 to first 3.48, first 5.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#DCE32A' behind
set label '4e-19' at first 3, first 5 center font ',11' tc rgb 'black' front
set object rectangle from first 3.52, first 4.54 to first 4.48, first 5.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#DCE32A' behind
set label '4e-19' at first 4, first 5 center font ',11' tc rgb 'black' front
set object rectangle from first 4.52, first 4.54 to first 5.48, first 5.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#DCE32A' behind
set label '4e-19' at first 5, first 5 center font ',11' tc rgb 'black' front
set object rectangle from first 5.52, first 4.54 to first 6.48, first 5.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#DCE32A' behind
set label '4e-19' at first 6, first 5 center font ',11' tc rgb 'black' front
set object rectangle from first 6.52, first 4.54 to first 7.48, first 5.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#45BC70' behind
set label '9e-16' at first 7, first 5 center font ',11' tc rgb 'black' front
set object rectangle from first 0.52, first 5.54 to first 1.48, first 6.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#43BB71' behind
set label '1e-15' at first 1, first 6 center font ',11' tc rgb 'black' front
set object rectangle from first 1.52, first 5.54 to first 2.48, first 6.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#43BB71' behind
set label '1e-15' at first 2, first 6 center font ',11' tc rgb 'black' front
set object rectangle from first 2.52, first 5.54 to first 3.48, first 6.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#43BB71' behind
set label '1e-15' at first 3, first 6 center font ',11' tc rgb 'black' front
set object rectangle from first 3.52, first 5.54 to first 4.48, first 6.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#43BB71' behind
set label '1e-15' at first 4, first 6 center font ',11' tc rgb 'black' front
set object rectangle from first 4.52, first 5.54 to first 5.48, first 6.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#43BB71' behind
set label '1e-15' at first 5, first 6 center font ',11' tc rgb 'black' front
set object rectangle from first 5.52, first 5.54 to first 6.48, first 6.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#43BB71' behind
set label '1e-15' at first 6, first 6 center font ',11' tc rgb 'black' front
set object rectangle from first 6.52, first 5.54 to first 7.48, first 6.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#96D73F' behind
set label '1e-17' at first 7, first 6 center font ',11' tc rgb 'black' front
set object rectangle from first 0.52, first 6.54 to first 1.48, first 7.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#59C665' behind
set label '2e-16' at first 1, first 7 center font ',11' tc rgb 'black' front
set object rectangle from first 1.52, first 6.54 to first 2.48, first 7.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#59C665' behind
set label '2e-16' at first 2, first 7 center font ',11' tc rgb 'black' front
set object rectangle from first 2.52, first 6.54 to first 3.48, first 7.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#59C665' behind
set label '2e-16' at first 3, first 7 center font ',11' tc rgb 'black' front
set object rectangle from first 3.52, first 6.54 to first 4.48, first 7.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#74CE54' behind
set label '6e-17' at first 4, first 7 center font ',11' tc rgb 'black' front
set object rectangle from first 4.52, first 6.54 to first 5.48, first 7.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#74CE54' behind
set label '6e-17' at first 5, first 7 center font ',11' tc rgb 'black' front
set object rectangle from first 5.52, first 6.54 to first 6.48, first 7.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#74CE54' behind
set label '6e-17' at first 6, first 7 center font ',11' tc rgb 'black' front
set object rectangle from first 6.52, first 6.54 to first 7.48, first 7.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#4FC16A' behind
set label '4e-16' at first 7, first 7 center font ',11' tc rgb 'black' front
set object rectangle from first 0.52, first 7.54 to first 1.48, first 8.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#45BC70' behind
set label '9e-16' at first 1, first 8 center font ',11' tc rgb 'black' front
set object rectangle from first 1.52, first 7.54 to first 2.48, first 8.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#45BC70' behind
set label '9e-16' at first 2, first 8 center font ',11' tc rgb 'black' front
set object rectangle from first 2.52, first 7.54 to first 3.48, first 8.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#45BC70' behind
set label '9e-16' at first 3, first 8 center font ',11' tc rgb 'black' front
set object rectangle from first 3.52, first 7.54 to first 4.48, first 8.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#4FC16A' behind
set label '4e-16' at first 4, first 8 center font ',11' tc rgb 'black' front
set object rectangle from first 4.52, first 7.54 to first 5.48, first 8.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#4FC16A' behind
set label '4e-16' at first 5, first 8 center font ',11' tc rgb 'black' front
set object rectangle from first 5.52, first 7.54 to first 6.48, first 8.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#4FC16A' behind
set label '4e-16' at first 6, first 8 center font ',11' tc rgb 'black' front
set object rectangle from first 6.52, first 7.54 to first 7.48, first 8.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#49BF6E' behind
set label '7e-16' at first 7, first 8 center font ',11' tc rgb 'black' front
set object rectangle from first 0.52, first 8.54 to first 1.48, first 9.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#7AD050' behind
set label '4e-17' at first 1, first 9 center font ',11' tc rgb 'black' front
set object rectangle from first 1.52, first 8.54 to first 2.48, first 9.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#7AD050' behind
set label '4e-17' at first 2, first 9 center font ',11' tc rgb 'black' front
set object rectangle from first 2.52, first 8.54 to first 3.48, first 9.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#7AD050' behind
set label '4e-17' at first 3, first 9 center font ',11' tc rgb 'black' front
set object rectangle from first 3.52, first 8.54 to first 4.48, first 9.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#7CD04F' behind
set label '4e-17' at first 4, first 9 center font ',11' tc rgb 'black' front
set object rectangle from first 4.52, first 8.54 to first 5.48, first 9.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#7CD04F' behind
set label '4e-17' at first 5, first 9 center font ',11' tc rgb 'black' front
set object rectangle from first 5.52, first 8.54 to first 6.48, first 9.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#7CD04F' behind
set label '4e-17' at first 6, first 9 center font ',11' tc rgb 'black' front
set object rectangle from first 6.52, first 8.54 to first 7.48, first 9.46 fs solid 1 border lc rgb '#ffffff' fc rgb '#4FC16A' behind
set label '4e-16' at first 7, first 9 center font ',11' tc rgb 'black' front
set label 'dgemm 512' noenhanced at graph -0.012, first 0 right font ',11'
set label 'sgemm 512' noenhanced at graph -0.012, first 1 right font ',11'
set label 'dsyrk 512' noenhanced at graph -0.012, first 2 right font ',11'
set label 'dgemv 1024' noenhanced at graph -0.012, first 3 right font ',11'
set label 'dtrsm 512' noenhanced at graph -0.012, first 4 right font ',11'
set label 'dpotrf 512' noenhanced at graph -0.012, first 5 right font ',11'
set label 'dgeqrf 384' noenhanced at graph -0.012, first 6 right font ',11'
set label 'dsyevr 256' noenhanced at graph -0.012, first 7 right font ',11'
set label 'dsyevd 256' noenhanced at graph -0.012, first 8 right font ',11'
set label 'dgesdd 256' noenhanced at graph -0.012, first 9 right font ',11'
set label 'blis-openmp' noenhanced at first 1, graph 0 offset 0,-0.8 right rotate by 28 font ',11'
set label 'blis-pthread' noenhanced at first 2, graph 0 offset 0,-0.8 right rotate by 28 font ',11'
set label 'blis-serial' noenhanced at first 3, graph 0 offset 0,-0.8 right rotate by 28 font ',11'
set label 'openblas-openmp' noenhanced at first 4, graph 0 offset 0,-0.8 right rotate by 28 font ',11'
set label 'openblas-pthread' noenhanced at first 5, graph 0 offset 0,-0.8 right rotate by 28 font ',11'
set label 'openblas-serial' noenhanced at first 6, graph 0 offset 0,-0.8 right rotate by 28 font ',11'
set label 'reference' noenhanced at first 7, graph 0 offset 0,-0.8 right rotate by 28 font ',11'
set bmargin 6
set object rectangle from graph 1.03, graph 0.0000 to graph 1.055, graph 0.0208 noclip fs solid 1 noborder fc rgb '#F6E626' behind
set object rectangle from graph 1.03, graph 0.0208 to graph 1.055, graph 0.0417 noclip fs solid 1 noborder fc rgb '#E8E428' behind
set object rectangle from graph 1.03, graph 0.0417 to graph 1.055, graph 0.0625 noclip fs solid 1 noborder fc rgb '#DAE22A' behind
set object rectangle from graph 1.03, graph 0.0625 to graph 1.055, graph 0.0833 noclip fs solid 1 noborder fc rgb '#CDE12D' behind
set object rectangle from graph 1.03, graph 0.0833 to graph 1.055, graph 0.1042 noclip fs solid 1 noborder fc rgb '#BFDF2F' behind
set object rectangle from graph 1.03, graph 0.1042 to graph 1.055, graph 0.1250 noclip fs solid 1 noborder fc rgb '#B1DD31' behind
set object rectangle from graph 1.03, graph 0.1250 to graph 1.055, graph 0.1458 noclip fs solid 1 noborder fc rgb '#A4DA36' behind
set object rectangle from graph 1.03, graph 0.1458 to graph 1.055, graph 0.1667 noclip fs solid 1 noborder fc rgb '#97D73E' behind
set object rectangle from graph 1.03, graph 0.1667 to graph 1.055, graph 0.1875 noclip fs solid 1 noborder fc rgb '#89D446' behind
set object rectangle from graph 1.03, graph 0.1875 to graph 1.055, graph 0.2083 noclip fs solid 1 noborder fc rgb '#7DD04F' behind
set object rectangle from graph 1.03, graph 0.2083 to graph 1.055, graph 0.2292 noclip fs solid 1 noborder fc rgb '#70CD57' behind
set object rectangle from graph 1.03, graph 0.2292 to graph 1.055, graph 0.2500 noclip fs solid 1 noborder fc rgb '#62CA5F' behind
set object rectangle from graph 1.03, graph 0.2500 to graph 1.055, graph 0.2708 noclip fs solid 1 noborder fc rgb '#58C666' behind
set object rectangle from graph 1.03, graph 0.2708 to graph 1.055, graph 0.2917 noclip fs solid 1 noborder fc rgb '#4FC16B' behind
set object rectangle from graph 1.03, graph 0.2917 to graph 1.055, graph 0.3125 noclip fs solid 1 noborder fc rgb '#46BD6F' behind
set object rectangle from graph 1.03, graph 0.3125 to graph 1.055, graph 0.3333 noclip fs solid 1 noborder fc rgb '#3DB875' behind
set object rectangle from graph 1.03, graph 0.3333 to graph 1.055, graph 0.3542 noclip fs solid 1 noborder fc rgb '#34B47A' behind
set object rectangle from graph 1.03, graph 0.3542 to graph 1.055, graph 0.3750 noclip fs solid 1 noborder fc rgb '#2BAF7E' behind
set object rectangle from graph 1.03, graph 0.3750 to graph 1.055, graph 0.3958 noclip fs solid 1 noborder fc rgb '#27AB82' behind
set object rectangle from graph 1.03, graph 0.3958 to graph 1.055, graph 0.4167 noclip fs solid 1 noborder fc rgb '#26A684' behind
set object rectangle from graph 1.03, graph 0.4167 to graph 1.055, graph 0.4375 noclip fs solid 1 noborder fc rgb '#25A186' behind
set object rectangle from graph 1.03, graph 0.4375 to graph 1.055, graph 0.4583 noclip fs solid 1 noborder fc rgb '#249C88' behind
set object rectangle from graph 1.03, graph 0.4583 to graph 1.055, graph 0.4792 noclip fs solid 1 noborder fc rgb '#23978A' behind
set object rectangle from graph 1.03, graph 0.4792 to graph 1.055, graph 0.5000 noclip fs solid 1 noborder fc rgb '#22928C' behind
set object rectangle from graph 1.03, graph 0.5000 to graph 1.055, graph 0.5208 noclip fs solid 1 noborder fc rgb '#228D8D' behind
set object rectangle from graph 1.03, graph 0.5208 to graph 1.055, graph 0.5417 noclip fs solid 1 noborder fc rgb '#24888D' behind
set object rectangle from graph 1.03, graph 0.5417 to graph 1.055, graph 0.5625 noclip fs solid 1 noborder fc rgb '#26838D' behind
set object rectangle from graph 1.03, graph 0.5625 to graph 1.055, graph 0.5833 noclip fs solid 1 noborder fc rgb '#277E8E' behind
set object rectangle from graph 1.03, graph 0.5833 to graph 1.055, graph 0.6042 noclip fs solid 1 noborder fc rgb '#29798E' behind
set object rectangle from graph 1.03, graph 0.6042 to graph 1.055, graph 0.6250 noclip fs solid 1 noborder fc rgb '#2B748E' behind
set object rectangle from graph 1.03, graph 0.6250 to graph 1.055, graph 0.6458 noclip fs solid 1 noborder fc rgb '#2D6E8E' behind
set object rectangle from graph 1.03, graph 0.6458 to graph 1.055, graph 0.6667 noclip fs solid 1 noborder fc rgb '#30698D' behind
set object rectangle from graph 1.03, graph 0.6667 to graph 1.055, graph 0.6875 noclip fs solid 1 noborder fc rgb '#32648D' behind
set object rectangle from graph 1.03, graph 0.6875 to graph 1.055, graph 0.7083 noclip fs solid 1 noborder fc rgb '#355E8C' behind
set object rectangle from graph 1.03, graph 0.7083 to graph 1.055, graph 0.7292 noclip fs solid 1 noborder fc rgb '#37598C' behind
set object rectangle from graph 1.03, graph 0.7292 to graph 1.055, graph 0.7500 noclip fs solid 1 noborder fc rgb '#3A548B' behind
set object rectangle from graph 1.03, graph 0.7500 to graph 1.055, graph 0.7708 noclip fs solid 1 noborder fc rgb '#3C4E8A' behind
set object rectangle from graph 1.03, graph 0.7708 to graph 1.055, graph 0.7917 noclip fs solid 1 noborder fc rgb '#3E4887' behind
set object rectangle from graph 1.03, graph 0.7917 to graph 1.055, graph 0.8125 noclip fs solid 1 noborder fc rgb '#404284' behind
set object rectangle from graph 1.03, graph 0.8125 to graph 1.055, graph 0.8333 noclip fs solid 1 noborder fc rgb '#423B81' behind
set object rectangle from graph 1.03, graph 0.8333 to graph 1.055, graph 0.8542 noclip fs solid 1 noborder fc rgb '#44357E' behind
set object rectangle from graph 1.03, graph 0.8542 to graph 1.055, graph 0.8750 noclip fs solid 1 noborder fc rgb '#462F7B' behind
set object rectangle from graph 1.03, graph 0.8750 to graph 1.055, graph 0.8958 noclip fs solid 1 noborder fc rgb '#472877' behind
set object rectangle from graph 1.03, graph 0.8958 to graph 1.055, graph 0.9167 noclip fs solid 1 noborder fc rgb '#462171' behind
set object rectangle from graph 1.03, graph 0.9167 to graph 1.055, graph 0.9375 noclip fs solid 1 noborder fc rgb '#461A6A' behind
set object rectangle from graph 1.03, graph 0.9375 to graph 1.055, graph 0.9583 noclip fs solid 1 noborder fc rgb '#451364' behind
set object rectangle from graph 1.03, graph 0.9583 to graph 1.055, graph 0.9792 noclip fs solid 1 noborder fc rgb '#450C5E' behind
set object rectangle from graph 1.03, graph 0.9792 to graph 1.055, graph 1.0000 noclip fs solid 1 noborder fc rgb '#440557' behind
set label '10⁻¹⁹' at graph 1.065, graph 0.0000 left font ',11'
set label '10⁻¹⁷' at graph 1.065, graph 0.1538 left font ',11'
set label '10⁻¹⁵' at graph 1.065, graph 0.3077 left font ',11'
set label '10⁻¹³' at graph 1.065, graph 0.4615 left font ',11'
set label '10⁻¹¹' at graph 1.065, graph 0.6154 left font ',11'
set label '10⁻⁹' at graph 1.065, graph 0.7692 left font ',11'
set label '10⁻⁷' at graph 1.065, graph 0.9231 left font ',11'
set xrange [0.5:7.5]
set yrange [9.5:-0.5]
unset xtics
unset ytics
unset border
unset grid
unset key
set lmargin 13
set rmargin 11
plot 'differences.dat' using 2:1 with points pt 7 ps 0.01 lc rgb '#f0f0f0' notitle
set output
